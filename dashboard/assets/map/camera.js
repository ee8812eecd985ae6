/* Where the map looks. A flight takes a second; who asked for less motion gets none. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const FLIGHT = 1500; /* ms */
  const CLOSE = 13.2; /* the zoom of one alert: about 3 km across */

  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);

  /* What stays free around the city, in rem: the same on every screen. Below it stand the legends. */
  const MARGIN = { top: 1, side: 1, bottom: 3.5 };

  /* Centre and zoom by which the bounds fill an element. MapLibre's world is 512 px wide at zoom 0. */
  function fit([west, south, east, north], element) {
    const wide = Math.max((east - west) / 360, 1e-5);
    const high = Math.max(mercator(north) - mercator(south), 1e-5);
    const rem = cityops.map.rem();
    const width = Math.max(element.clientWidth - 2 * MARGIN.side * rem, 50);
    const height = Math.max(element.clientHeight - (MARGIN.top + MARGIN.bottom) * rem, 50);
    const zoom = Math.min(Math.log2(Math.min(width / wide, height / high) / 512), 15);
    /* The middle of the element lies below the city's by so much. */
    const lower = ((MARGIN.bottom - MARGIN.top) * rem) / 2 / (512 * 2 ** zoom);
    const middle = (mercator(north) + mercator(south)) / 2 - lower;
    const lat = (Math.atan(Math.exp(middle * 2 * Math.PI)) * 360) / Math.PI - 90;
    return { center: { lon: (west + east) / 2, lat }, zoom };
  }

  function go({ center, zoom }) {
    const gl = cityops.map.gl;
    const view = { center: [center.lon, center.lat], zoom };
    if (still.matches || document.hidden) gl.jumpTo(view);
    else gl.flyTo({ ...view, duration: FLIGHT, essential: true });
  }

  cityops.camera = {
    fit,
    /* null: of a city of which nothing is known yet. */
    toBounds: (bounds) => {
      if (bounds) go(fit(bounds, cityops.map.gl.getContainer()));
    },
    toPoint: (lon, lat) => go({ center: { lon, lat }, zoom: CLOSE }),
  };
})();
