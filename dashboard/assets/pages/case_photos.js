/* Photographs before they are sent: made smaller, so that they go over a weak network, and within the server's limit. */
(function () {
  "use strict";
  const { cityops } = window;
  const LONGEST = 1600; /* px of the longer side */
  const LARGEST = 900000; /* bytes */
  const QUALITIES = [0.82, 0.7, 0.55, 0.4];

  const blobOf = (canvas, quality) => new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));

  /* The photograph as a JPEG that the server takes; null for a file that is none. */
  cityops.shrinkPhoto = async (file) => {
    const picture = await createImageBitmap(file).catch(() => null);
    if (!picture) return null;
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext("2d");
    if (!pen) return null;
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const blob = await blobOf(canvas, quality);
      if (blob && blob.size <= LARGEST) return blob;
    }
    return null;
  };

  /* Keep the photographs of a field with a case; their names, or null when one cannot be used or sent. */
  cityops.sendPhotos = async (id, files, label) => {
    const names = [];
    for (const file of files) {
      const body = await cityops.shrinkPhoto(file);
      if (!body) return null;
      const { answer, became } = await cityops.requests.send(
        `/api/v1/cases/${id}/photos`,
        { method: "POST", headers: { "Content-Type": "image/jpeg" }, body },
        label,
      );
      const stored = answer ? answer.ok && (await answer.json()) : became.state === "stored" && became.answer;
      if (!stored) return null;
      names.push(stored.sha256);
    }
    return names;
  };
})();
