// The page on which people report: their own position, and photographs small enough to send. Without it both still work.
(function () {
  "use strict";

  const LONGEST_SIDE = 1600; // pixels: enough to see what it is
  const LARGEST = 1000 * 1024; // bytes, as the server takes
  const CLOSEST = "3"; // how large the map is shown around one's own position

  const STORE = "report"; // what was typed, in this tab alone
  const FRESH = 600_000; // ms: for so long the server knows a report that is sent again
  const TYPED = ["service_code", "address_string", "description", "name", "phone", "email", "wants_call", "consent"];
  // What tells this form from another: sent again after its answer was lost, it is the report that it was.
  const KEPT = [...TYPED, "device_id", "code"];

  const form = document.getElementById("report");
  if (!(form instanceof HTMLFormElement)) {
    return;
  }

  /** @param {string} name */
  function field(name) {
    return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  }

  // What was typed is there after a reload, a step back and in the other language. Whoever comes by a link, as the next
  // person at a shared computer does, finds an empty form.
  /** @param {any} found */
  function isMeant(found) {
    const [entry] = performance.getEntriesByType("navigation");
    const how = /** @type {PerformanceNavigationTiming | undefined} */ (entry)?.type;
    return (how === "reload" || how === "back_forward" || found.translated) && Date.now() - found.at <= FRESH;
  }

  function bringBack() {
    const found = JSON.parse(sessionStorage.getItem(STORE) ?? "null");
    sessionStorage.removeItem(STORE);
    if (found === null || !isMeant(found)) {
      return;
    }
    for (const name of KEPT) {
      if (form.elements.namedItem(name) === null || !(name in found.fields)) {
        continue;
      }
      if (field(name).type === "checkbox") {
        field(name).checked = found.fields[name];
      } else {
        field(name).value = found.fields[name];
      }
    }
  }

  let translated = false;
  document.querySelector(".language")?.addEventListener("click", () => {
    translated = true;
  });
  window.addEventListener("pagehide", () => {
    const given = KEPT.filter((name) => form.elements.namedItem(name) !== null);
    const fields = Object.fromEntries(
      given.map((name) => [name, field(name).type === "checkbox" ? field(name).checked : field(name).value]),
    );
    sessionStorage.setItem(STORE, JSON.stringify({ translated, at: Date.now(), fields }));
  });
  bringBack();

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
