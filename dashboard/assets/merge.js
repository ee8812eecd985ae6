/* A merge patch of RFC 7396, applied in place: what it does not name stays the same object. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;

  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  /* Whether a patch (null: everything is new) changes something of these names. */
  cityops.touches = (patch, names) => patch === null || names.some((name) => name in patch);

  cityops.merge = function merge(target, patch) {
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) delete target[key];
      else if (isObject(value)) target[key] = merge(isObject(target[key]) ? target[key] : {}, value);
      else target[key] = value;
    }
    return target;
  };
})();
