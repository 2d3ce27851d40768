/** Says in words which time is chosen, beside the button that books it, and when this device goes by another clock. */

const place = document.getElementById("chosen");

document.getElementById("times")?.addEventListener("change", (event) => {
  const time = event.target;
  if (place && time instanceof HTMLInputElement && time.name === "slot") {
    place.textContent = `You chose ${time.dataset.words ?? ""}.`;
  }
});

const zone = document.querySelector("[data-zone]");
const note = document.getElementById("other-clock");
if (zone instanceof HTMLElement && note) note.hidden = clockIn(undefined) === clockIn(zone.dataset["zone"]);

/** @param {string | undefined} place - a time zone; this device's own if none is given */
function clockIn(place) {
  return new Intl.DateTimeFormat("en", { timeZone: place, dateStyle: "short", timeStyle: "short" }).format(new Date());
}
