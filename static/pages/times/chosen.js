/** Says in words which time is chosen, beside the button that books it. */

const place = document.getElementById("chosen");

document.getElementById("times")?.addEventListener("change", (event) => {
  const time = event.target;
  if (place && time instanceof HTMLInputElement && time.name === "slot") {
    place.textContent = `You chose ${time.dataset.words ?? ""}.`;
  }
});
