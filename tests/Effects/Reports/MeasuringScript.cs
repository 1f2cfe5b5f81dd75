namespace Floe.Tests.Effects.Reports;

/// <summary>The script that a test adds to its copy of a page. It opens every disclosure, so that the tables are measured as
/// well.</summary>
internal static class MeasuringScript
{
    public const string Text = """
        document.querySelectorAll('details').forEach(d => d.open = true);
        const root = document.documentElement, overlaps = [], clipped = [], wide = [];
        let labels = 0, smallest = 1e9;
        const seen = e => e.getClientRects().length > 0;
        document.querySelectorAll('svg').forEach(svg => {
          if (!seen(svg)) return;
          const frame = svg.getBoundingClientRect();
          const scale = frame.width / svg.viewBox.baseVal.width;
          const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim()).map(t => ({ t, r: t.getBoundingClientRect() }));
          labels += texts.length;
          texts.forEach(({ t, r }, i) => {
            smallest = Math.min(smallest, parseFloat(getComputedStyle(t).fontSize) * scale);
            if (r.left < frame.left - 1 || r.right > frame.right + 1 || r.top < frame.top - 1 || r.bottom > frame.bottom + 1) clipped.push(svg.querySelector('title').textContent + ': ' + t.textContent);
            for (let j = i + 1; j < texts.length; j++) {
              const q = texts[j].r;
              const across = Math.min(r.right, q.right) - Math.max(r.left, q.left), down = Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top);
              if (across > 0.5 && down > 2.5 * scale) overlaps.push(svg.querySelector('title').textContent + ': ' + t.textContent + ' | ' + texts[j].t.textContent);
            }
          });
        });
        document.querySelectorAll('body *').forEach(e => {
          if (!seen(e) || e.closest('.scroll') || e.closest('svg')) return;
          if (e.getBoundingClientRect().right > root.clientWidth + 0.5 || (e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1)) wide.push(e.tagName + ': ' + e.textContent.slice(0, 60));
        });
        parent.postMessage(JSON.stringify({
          innerWidth, scrollWidth: root.scrollWidth, dark: matchMedia('(prefers-color-scheme: dark)').matches,
          background: getComputedStyle(document.body).backgroundColor, labels, overlaps, clipped, wide,
          requests: performance.getEntriesByType('resource').map(r => r.name), smallestText: labels ? smallest : 0, console: []
        }), '*');
        """;
}
