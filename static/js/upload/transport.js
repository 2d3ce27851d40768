/** One HTTP request with progress. The only file of this folder that opens a connection. */

/**
 * @typedef {object} UploadRequest
 * @property {string} method
 * @property {string} address
 * @property {Record<string, string>} headers
 * @property {Blob | null} body
 * @property {(bytes: number) => void} onSent - how much of the body has left so far
 * @property {AbortSignal} signal
 */

/**
 * @typedef {object} UploadReply
 * @property {number} status
 * @property {(name: string) => string | null} header
 * @property {string} body
 */

/** @typedef {(request: UploadRequest) => Promise<UploadReply>} Transport */

/** No answer came, or one that asks to come again; the server may have kept part of what was sent. */
export class LineLostError extends Error {
  /** @param {number | null} waitMs - how long the server asks us to wait */
  constructor(waitMs = null) {
    super("the line was lost");
    this.waitMs = waitMs;
  }
}

/**
 * Sends with XMLHttpRequest: fetch does not say how much has left.
 * @param {UploadRequest} request
 * @returns {Promise<UploadReply>}
 */
export function xhrTransport(request) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const lost = () => reject(new LineLostError());
    xhr.open(request.method, request.address);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = (event) => request.onSent(event.loaded);
    xhr.onload = () =>
      resolve({ status: xhr.status, header: (name) => xhr.getResponseHeader(name), body: xhr.responseText });
    xhr.onerror = lost;
    xhr.onabort = lost;
    xhr.ontimeout = lost;
    request.signal.addEventListener("abort", () => xhr.abort(), { once: true });
    if (request.signal.aborted) return lost();
    xhr.send(request.body);
  });
}
