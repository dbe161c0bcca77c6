// Draws what runtime/maps.py declares: round points over the enterprise's tiles, or over a quiet blank ground.
(() => {
  "use strict";
  const TONES = { good: "#0b675e", bad: "#ad3509", warn: "#7d5200", info: "#0d5c9e", neutral: "#5a6a7a" };
  const LABELS_UP_TO = 24;

  const bubble = (label, value) => {
    const box = document.createElement("div");
    const name = document.createElement("strong");
    name.textContent = label;
    box.append(name, value ? ` ${value}` : "");
    return box;
  };
  window.qiao.drawMap = (spot) => {
    if (spot.dataset.drawn) return;
    spot.dataset.drawn = "1";
    const { markers } = JSON.parse(document.getElementById(spot.dataset.map).textContent);
    const L = window.L, say = window.qiao.say;
    const map = L.map(spot, { zoomControl: false, attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
    L.control.zoom({ zoomInTitle: say("Zoom in"), zoomOutTitle: say("Zoom out") }).addTo(map);
    if (spot.dataset.tiles) L.tileLayer(spot.dataset.tiles).addTo(map);
    const points = [...markers].sort((a, b) => b[4] - a[4]);  // small ones above large ones
    for (const [lat, lon, label, value, size, tone, url] of points) {
      const point = L.circleMarker([lat, lon], { radius: 5 + 15 * Math.sqrt(size), color: TONES[tone], weight: 1.5, fillColor: TONES[tone], fillOpacity: 0.35 });
      point.bindTooltip(bubble(label, value), { direction: "top" });
      if (url) point.on("click", () => window.location.assign(url));
      point.addTo(map);
      if (points.length <= LABELS_UP_TO) {
        L.circleMarker([lat, lon], { radius: 0, opacity: 0, interactive: false }).bindTooltip(bubble(label, "").textContent, { permanent: true, direction: "right", offset: [6 + 15 * Math.sqrt(size), 0], className: "q-map-label" }).addTo(map);
      }
    }
    if (points.length) map.fitBounds(L.latLngBounds(points.map((p) => [p[0], p[1]])), { padding: [34, 34], maxZoom: 12 });
    else map.setView([35, 104], 4);
  };
})();
