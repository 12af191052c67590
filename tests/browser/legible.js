// Returns what is wrong with what a page shows: charts without marks, words that are cut off,
// lie on other words, or can hardly be told from what lies behind them.
() => {
  const faults = [];
  const channels = (colour) => {
    const held = (colour.match(/[\d.]+(e-?\d+)?/g) ?? [0, 0, 0, 0]).map(Number);
    const scale = colour.startsWith("color(") ? 255 : 1;
    return [...held.slice(0, 3).map((one) => one * scale), held[3] ?? 1];
  };
  const over = (front, back) => front.slice(0, 3).map((one, i) => one * front[3] + back[i] * (1 - front[3]));
  const light = (colour) => {
    const [r, g, b] = colour.map((one) => one / 255).map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(channels(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((back, front) => over(front, back), [255, 255, 255]);
  };
  const opacity = (element) => {
    let seen = 1;
    for (let at = element; at; at = at.parentElement) seen *= Number(getComputedStyle(at).opacity);
    return seen;
  };
  const legible = (element, colour, least, where) => {
    const ground = behind(element);
    const [r, g, b, a] = channels(colour);
    const found = contrast(over([r, g, b, a * opacity(element)], ground), ground);
    if (found < least) faults.push(`${where}: contrast ${found.toFixed(1)} of "${element.textContent.trim().slice(0, 40)}"`);
  };
  document.querySelectorAll(".vega-embed svg.marks").forEach((svg, place) => {
    const title = svg.querySelector(".role-title-text text, .role-title text")?.textContent ?? `chart ${place}`;
    const whole = svg.getBoundingClientRect();
    if (whole.height < 60) faults.push(`${title}: not drawn`);
    if (!svg.querySelector(".role-mark path, .role-mark line, .role-mark rect")) faults.push(`${title}: no marks`);
    const words = [...svg.querySelectorAll("text")].filter((one) => one.textContent.trim() && opacity(one) > 0);
    const boxes = words.map((one) => one.getBoundingClientRect());
    words.forEach((one, i) => {
      const box = boxes[i];
      if (box.left < whole.left - 1 || box.right > whole.right + 1 || box.top < whole.top - 2 || box.bottom > whole.bottom + 2)
        faults.push(`${title}: "${one.textContent}" is cut off`);
      const colour = getComputedStyle(one).fill;
      if (!one.closest(".role-mark")) legible(one, colour, 4.5, title);
      for (let j = i + 1; j < words.length; j += 1) {
        const across = Math.min(box.right, boxes[j].right) - Math.max(box.left, boxes[j].left);
        const down = Math.min(box.bottom, boxes[j].bottom) - Math.max(box.top, boxes[j].top);
        if (across > 2 && down > 4) faults.push(`${title}: "${one.textContent}" lies on "${words[j].textContent}"`);
      }
    });
  });
  document.querySelectorAll(".mosi-nb").forEach((part) => {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const seen = walker.currentNode.textContent.trim() && element.getClientRects().length && !element.closest("script, style, .disabled");
      if (seen) legible(element, getComputedStyle(element).color, 4.5, "table");
    }
  });
  return [...new Set(faults)];
}
