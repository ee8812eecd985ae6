// The page on which people report: their own position, and photographs small enough to send. Without it both still work.
(function () {
  "use strict";

  const LONGEST_SIDE = 1600; // pixels: enough to see what it is
  const LARGEST = 1000 * 1024; // bytes, as the server takes
  const CLOSEST = "3"; // how large the map is shown around one's own position

  const form = document.getElementById("report");
  if (!(form instanceof HTMLFormElement)) {
    return;
  }

  /** @param {string} name */
  function field(name) {
    return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  }

  const here = /** @type {HTMLButtonElement | null} */ (document.getElementById("here"));
  if (here !== null && "geolocation" in navigator) {
    let known = false;
    here.hidden = false;
    here.addEventListener("click", (event) => {
      if (known) {
        return; // the second time it is sent
      }
      event.preventDefault();
      here.disabled = true;
      navigator.geolocation.getCurrentPosition(
        (found) => {
          field("long").value = found.coords.longitude.toFixed(6);
          field("lat").value = found.coords.latitude.toFixed(6);
          field("zoom").value = CLOSEST;
          known = true;
          here.disabled = false;
          here.click();
        },
        () => {
          here.disabled = false;
          const where = document.getElementById("where");
          if (where !== null) {
            where.textContent = here.dataset.failed ?? "";
          }
        },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
  }

  /**
   * A photograph of a phone has several megabytes: the same, smaller, as JPEG.
   * @param {File} file
   */
  async function smaller(file) {
    if (file.size <= LARGEST || !file.type.startsWith("image/")) {
      return file;
    }
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const content = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return content instanceof Blob ? new File([content], "photo.jpg", { type: "image/jpeg" }) : file;
  }

  const photos = /** @type {HTMLInputElement} */ (document.getElementById("photos"));
  photos.addEventListener("change", async () => {
    const chosen = [...(photos.files ?? [])];
    if (!chosen.some((file) => file.size > LARGEST)) {
      return;
    }
    try {
      const packed = new DataTransfer();
      for (const file of await Promise.all(chosen.map(smaller))) {
        packed.items.add(file);
      }
      photos.files = packed.files;
    } catch {
      return; // the server says what is wrong with it
    }
  });
})();
