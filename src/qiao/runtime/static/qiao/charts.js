// Draws what runtime/charts.py declares. Direct labels up to four series, the comparison always drawn,
// a click drills down; tooltips are rich text since markup with inline style is forbidden here.
(() => {
  "use strict";
  const INK = "#1b2733", QUIET = "#4b5a6a", LINE = "#e1e6ec";
  const MAIN = ["#0d5c9e", "#b3560a", "#0b675e", "#6b4c9a"];
  const STACK = ["#0d5c9e", "#b3560a", "#0b675e", "#6b4c9a", "#8a6d00", "#5f6b78"];
  const ROLE = { comparison: "#8494a5", target: "#ad3509" };
  const FONT = getComputedStyle(document.body).fontFamily;

  const write = (value, spec) => value === null || value === undefined || Number.isNaN(value)
    ? window.qiao.say("no figure")
    : value.toLocaleString("en-US", { minimumFractionDigits: spec.places, maximumFractionDigits: spec.places }).replace("-", "−");
  const short = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 }).replace("-", "−");
  const colour = (series, place) => ROLE[series.role] || MAIN[place % MAIN.length];
  const frame = () => ({
    animation: false,
    textStyle: { fontFamily: FONT, color: INK },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: "#fff", borderColor: LINE, textStyle: { color: INK, fontSize: 13 } },
    aria: { enabled: false },
  });
  const tip = (spec, points) => [points[0].name, ...points.map((p) => `${p.seriesName}  ${write(Array.isArray(p.value) ? p.value[1] : p.value, spec)} ${spec.unit}`)].join("\n");
  const valueAxis = (spec, more) => ({ type: "value", axisLabel: { color: QUIET, formatter: short }, splitLine: { lineStyle: { color: LINE } }, ...more });
  const categoryAxis = (spec, more) => ({ type: "category", data: spec.categories, axisLabel: { color: QUIET, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: "#c3ccd6" } }, ...more });

  const mainPlaces = (spec) => { let place = -1; return spec.series.map((s) => (s.role in ROLE ? place : ++place)); };

  const labelWidth = (spec) => Math.min(130, 14 + 13 * Math.max(...spec.series.map((s) => s.name.length * (/[\u4e00-\u9fff]/.test(s.name) ? 1 : 0.58))));

  const trend = (spec, width) => {
    const places = mainPlaces(spec), direct = spec.series.length <= 4, right = direct ? labelWidth(spec) : 16;
    return {
      ...frame(),
      grid: { left: 4, right: width < 420 && direct ? Math.min(right, 84) : right, top: direct ? 12 : 36, bottom: 4, containLabel: true },
      legend: direct ? undefined : { top: 0, textStyle: { color: INK } },
      xAxis: categoryAxis(spec, { boundaryGap: false }), yAxis: valueAxis(spec, { scale: false }),
      series: spec.series.map((s, i) => ({
        type: "line", name: s.name, data: s.values, connectNulls: false, symbol: "circle", symbolSize: s.role === "main" ? 5 : 0, showSymbol: s.role === "main" && spec.categories.length <= 36,
        color: colour(s, places[i]), lineStyle: { width: s.role === "main" ? 2.4 : 1.6, type: s.role === "main" || s.role === "other" ? "solid" : "dashed" }, emphasis: { disabled: true },
        endLabel: direct ? { show: true, formatter: s.name, color: colour(s, places[i]), fontSize: 12, distance: 6 } : undefined, z: s.role === "main" ? 3 : 2,
      })),
    };
  };

  const bars = (spec) => {
    const places = mainPlaces(spec), several = spec.series.length > 1;
    return {
      ...frame(),
      grid: { left: 4, right: 8, top: several ? 34 : 22, bottom: 4, containLabel: true },
      legend: several ? { top: 0, left: 0, itemWidth: 12, itemHeight: 10, textStyle: { color: INK } } : undefined,
      xAxis: categoryAxis(spec), yAxis: valueAxis(spec),
      series: spec.series.map((s, i) => ({
        type: "bar", name: s.name, data: s.values, barMaxWidth: 34, barGap: "10%", itemStyle: { color: s.role === "comparison" ? "#b9c5d1" : colour(s, places[i]), borderRadius: [2, 2, 0, 0] }, emphasis: { disabled: true },
        label: { show: s.role === "main" && spec.categories.length <= 14, position: "top", color: INK, fontSize: 12, formatter: (p) => (p.value === null ? "" : short(p.value)) },
      })),
    };
  };

  const ranked = (spec) => {
    const places = mainPlaces(spec);
    return {
      ...frame(),
      grid: { left: 4, right: 64, top: 4, bottom: 4, containLabel: true },
      yAxis: categoryAxis(spec, { inverse: true, axisLine: { show: false }, axisLabel: { color: INK, interval: 0, width: 110, overflow: "truncate" } }), xAxis: valueAxis(spec, { show: false }),
      series: spec.series.map((s, i) => (s.role in ROLE
        ? { type: "scatter", name: s.name, data: s.values.map((v, n) => [v, n]), symbol: "rect", symbolSize: [3, 18], itemStyle: { color: s.role === "target" ? ROLE.target : INK }, emphasis: { disabled: true }, z: 4 }
        : { type: "bar", name: s.name, data: s.values, barMaxWidth: 18, itemStyle: { color: colour(s, places[i]), borderRadius: [0, 2, 2, 0] }, emphasis: { disabled: true }, label: { show: true, position: "right", color: INK, fontSize: 12, formatter: (p) => (p.value === null ? "—" : write(p.value, spec)) } })),
    };
  };

  const shares = (spec) => ({
    ...bars(spec),
    yAxis: valueAxis(spec, { max: 100 }),
    series: spec.series.map((s, i) => ({ type: "bar", stack: "all", name: s.name, data: s.values, barMaxWidth: 40, itemStyle: { color: MAIN[i % MAIN.length] }, emphasis: { disabled: true }, label: { show: spec.categories.length <= 12, color: "#fff", fontSize: 12, formatter: (p) => (p.value >= 6 ? short(Math.round(p.value)) : "") } })),
  });

  const curve = (spec) => {
    const axis = (name, gap) => valueAxis(spec, { min: 0, max: 100, name, nameLocation: "middle", nameGap: gap, nameTextStyle: { color: QUIET }, axisLabel: { color: QUIET, formatter: "{value}%" } });
    const x = spec.xs;
    return {
      ...frame(),
      tooltip: { ...frame().tooltip, formatter: (points) => [`${short(points[0].value[0])}%`, ...points.map((p) => `${p.seriesName}  ${write(p.value[1], spec)}%`)].join("\n") },
      grid: { left: 30, right: 18, top: spec.series.length > 1 ? 34 : 14, bottom: 26, containLabel: true },
      legend: spec.series.length > 1 ? { top: 0, left: 0, icon: "rect", itemWidth: 18, itemHeight: 3, textStyle: { color: INK } } : undefined,
      xAxis: axis(window.qiao.say("Cumulative share of customers"), 26), yAxis: axis(window.qiao.say("Cumulative share of business"), 44),
      series: spec.series.map((s, i) => ({
        type: "line", name: s.name, data: x.map((v, n) => [v, s.values[n]]), symbol: "none", color: colour(s, i), emphasis: { disabled: true },
        lineStyle: { width: s.role === "main" ? 2.4 : 1.6, type: s.role === "main" ? "solid" : "dashed" },
        areaStyle: s.role === "main" ? { opacity: 0.07 } : undefined,
        markLine: s.role === "main" && spec.mark ? { silent: true, symbol: "none", lineStyle: { color: QUIET, type: "dotted" }, label: { show: false }, data: [[{ coord: [spec.mark[0], 0] }, { coord: spec.mark }], [{ coord: [0, spec.mark[1]] }, { coord: spec.mark }]] } : undefined,
        markPoint: s.role === "main" && spec.mark ? { silent: true, symbol: "circle", symbolSize: 8, data: [{ coord: spec.mark }], label: { show: true, position: "right", distance: 8, color: INK, fontSize: 12, fontWeight: 600, formatter: `${short(spec.mark[0])}% → ${short(spec.mark[1])}%` } } : undefined,
      })),
    };
  };

  const stacked = (spec) => {
    const option = bars(spec);
    return {
      ...option,
      series: spec.series.map((s, i) => ({ ...option.series[i], stack: "all", color: STACK[i % STACK.length], itemStyle: { color: STACK[i % STACK.length] }, barMaxWidth: 48, label: { show: false } })),
    };
  };

  // From pale to deep, by linear steps between stated colours; the build in use has no heat map of its own.
  const DEEPER = [[238, 244, 250], [169, 203, 232], [91, 155, 209], [13, 92, 158]];
  const deep = (part) => {
    const at = Math.max(0, Math.min(1, part)) * (DEEPER.length - 1), low = Math.min(Math.floor(at), DEEPER.length - 2);
    return `rgb(${DEEPER[low].map((v, n) => Math.round(v + (DEEPER[low + 1][n] - v) * (at - low))).join(",")})`;
  };
  const heat = (spec, width, height) => {
    const known = spec.series.flatMap((s) => s.values).filter((v) => v !== null);
    const most = Math.max(...known, 0), least = Math.min(...known, 0), span = most - least || 1;
    const named = width < 420 ? 76 : 132, across = (width - named - 10) / spec.categories.length, down = (height - 34) / spec.series.length;
    const labels = across > 46 && down > 17;
    const data = spec.series.flatMap((s, row) => s.values.map((v, place) => ({
      value: [place, row], seen: v, itemStyle: { opacity: 1, color: v === null ? "#fff" : deep((v - least) / span) },
      label: { color: v !== null && (v - least) / span > .78 ? "#fff" : INK },
    })));
    return {
      ...frame(),
      tooltip: { ...frame().tooltip, trigger: "item", formatter: (p) => `${spec.series[p.value[1]].name} · ${spec.categories[p.value[0]]}\n${write(p.data.seen, spec)} ${spec.unit}` },
      grid: { left: named, right: 8, top: 4, bottom: 28 },
      xAxis: categoryAxis(spec, { axisLine: { show: false }, axisLabel: { color: QUIET, interval: 0, width: Math.max(across - 6, 24), overflow: "truncate" } }),
      yAxis: { type: "category", inverse: true, data: spec.series.map((s) => s.name), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: INK, interval: 0, width: named - 10, overflow: "truncate" } },
      series: [{ type: "scatter", symbol: "rect", symbolSize: [Math.max(across - 2, 3), Math.max(down - 2, 3)], data, emphasis: { disabled: true },
        label: { show: labels, fontSize: 12, formatter: (p) => (p.data.seen === null ? "—" : short(p.data.seen)) } }],
    };
  };

  // Direct labels at the ends of lines are pushed apart where lines end close together.
  const spreadLabels = (chart, option) => {
    const ends = option.series.map((s, place) => {
      const last = (s.data || []).findLast((value) => value !== null);
      return { place, y: s.endLabel && last !== undefined ? chart.convertToPixel({ yAxisIndex: 0 }, last) : null };
    }).filter((end) => end.y !== null).sort((a, b) => a.y - b.y);
    const offsets = {};
    for (let i = 1; i < ends.length; i++) {
      const floor = ends[i - 1].y + (offsets[ends[i - 1].place] || 0) + 16;
      if (ends[i].y < floor) offsets[ends[i].place] = floor - ends[i].y;
    }
    if (!Object.keys(offsets).length) return;
    chart.setOption({ series: option.series.map((s, place) => (offsets[place] ? { endLabel: { ...s.endLabel, offset: [0, offsets[place]] } } : {})) });
  };

  const KINDS = { trend, bars, ranked, shares, curve, stacked, heat };
  const drawn = new Set();
  window.qiao.drawChart = (spot) => {
    if (spot.dataset.drawn) return;
    spot.dataset.drawn = "1";
    const spec = JSON.parse(document.getElementById(spot.dataset.chart).textContent);
    const chart = window.echarts.init(spot, null, { renderer: "canvas" });
    const build = () => {
      const option = KINDS[spec.kind](spec, spot.clientWidth, spot.clientHeight);
      if (!option.tooltip.formatter) option.tooltip.formatter = (points) => tip(spec, points);
      return option;
    };
    const show = () => { const option = build(); chart.setOption(option); if (spec.kind === "trend") spreadLabels(chart, option); };
    show();
    chart.getZr().on("click", (event) => {
      if (!spec.links.length || spec.kind === "curve" || spec.kind === "heat") return;
      const point = chart.convertFromPixel({ gridIndex: 0 }, [event.offsetX, event.offsetY]);
      const link = spec.links[Math.round(spec.kind === "ranked" ? point[1] : point[0])];
      if (link) window.location.assign(link);
    });
    if (spec.links.some(Boolean)) chart.getZr().setCursorStyle("pointer");
    drawn.add([spot, chart, show]);
  };
  let resizing = 0;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => {
      for (const entry of drawn) {
        const [spot, chart, show] = entry;
        if (!spot.isConnected) { chart.dispose(); drawn.delete(entry); } else { chart.resize(); show(); }
      }
    }, 120);
  });
})();
