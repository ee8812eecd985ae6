/* Many dots become few: a cell of the screen with more than one sensor is one circle, coloured by the worst state
   in it, ringed by the share of its sensors that nobody hears. Alerts never vanish in a cluster. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const CELL = 44; /* px on a screen of 1920 x 1080 */
  const STALE = 5;
  const SEVERE = { 1: 4, 2: 3, 3: 2, 4: 1, 0: 0, 5: 0 }; /* how much a state outweighs others */

  /* Pure: sensors {lon, lat}, the positions of some of them, the width of a cell in degrees of longitude. Who is in
     each cell (members: positions), and where its middle is. */
  function gather(sensors, chosen, cell) {
    const cells = new Map();
    const squeeze = Math.cos((sensors.lat[0] * Math.PI) / 180) || 1;
    for (const position of chosen) {
      const key = `${Math.floor(sensors.lon[position] / cell)}/${Math.floor(sensors.lat[position] / (cell * squeeze))}`;
      let found = cells.get(key);
      if (!found) cells.set(key, (found = { lon: 0, lat: 0, members: [] }));
      found.lon += sensors.lon[position];
      found.lat += sensors.lat[position];
      found.members.push(position);
    }
    return [...cells.values()].map(({ lon, lat, members }) => ({
      members,
      lon: lon / members.length,
      lat: lat / members.length,
    }));
  }

  /* Pure: the worst state of a cell's members, and the share of them that nobody hears. */
  function judge(members, states) {
    let [worst, stale] = [0, 0];
    for (const position of members) {
      const state = states[position] ?? STALE;
      if (state === STALE) stale += 1;
      else if (SEVERE[state] > SEVERE[worst]) worst = state;
    }
    return { worst: stale === members.length ? STALE : worst, stale: stale / members.length };
  }

  /* Degrees of longitude that a cell is wide at this zoom, in steps, so that small moves change nothing. */
  const cellWidth = (zoom) => (360 * CELL * cityops.map.factor()) / (512 * 2 ** (Math.round(zoom * 2) / 2));

  cityops.clusters = { gather, judge, cellWidth };
})();
