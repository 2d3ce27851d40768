const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/**
 * Says a size as the server's pages do: "3.4 MB".
 * @param {number} sizeBytes
 * @returns {string}
 */
export function filesize(sizeBytes) {
  let size = sizeBytes;
  let unit = 0;
  while (Math.round(size * 10) / 10 >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  if (unit === 0) return sizeBytes === 1 ? "1 byte" : `${sizeBytes} bytes`;
  return `${size.toFixed(size >= 100 ? 0 : 1)} ${UNITS[unit]}`;
}
