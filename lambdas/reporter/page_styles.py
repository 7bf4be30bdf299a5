"""Holds the style sheet of a report: light and dark, phone and paper."""

from lambdas.reporter.charts import STYLES

PAGE_STYLES = (
    STYLES
    + """\
:root{--ground:#ffffff;--ink:#1a1f24;--quiet:#55606b;--line:#d5dae0;--soft:#f3f5f7;--warn:#fff4d6;--warn-line:#b98900}
@media screen and (prefers-color-scheme:dark){:root{
--ground:#14181d;--ink:#e8ebee;--quiet:#a3adb8;--line:#39424d;--soft:#1d232a;--warn:#3a2f10;--warn-line:#d9a514}}
*{box-sizing:border-box}
html{color-scheme:light dark}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:49rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.2rem;margin:2.25rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.25rem 0 .25rem}
p{margin:.25rem 0 .75rem;max-width:42rem}
.quiet{color:var(--quiet)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem;margin:1.25rem 0;padding:0}
.card{background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}
.card dt{color:var(--quiet);font-size:.9rem}
.card dd{margin:0;font-size:1.4rem;font-weight:600;white-space:nowrap;font-variant-numeric:tabular-nums}
.card dd.note{font-size:.85rem;font-weight:400;white-space:normal;color:var(--quiet)}
.warning{background:var(--warn);border-left:4px solid var(--warn-line);padding:.5rem .8rem;margin:.75rem 0}
figure{margin:.5rem 0 1rem;padding:0}
.narrow{display:none}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem;font-size:.93rem}
caption{text-align:left;color:var(--quiet);padding-bottom:.25rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}
th,td{overflow-wrap:break-word}
thead th{font-weight:600}
tbody th{font-weight:400}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.number+td{padding-left:.6rem}
td ul{margin:0;padding-left:1.1rem}
details{margin:.25rem 0 1rem}
summary{cursor:pointer;color:var(--quiet)}
code{font-family:ui-monospace,Consolas,monospace;font-size:.9em;overflow-wrap:anywhere}
bdi{unicode-bidi:isolate}
@media screen and (max-width:46rem){
.wide{display:none}.narrow{display:block}
main{padding:1rem .75rem 2rem}h1{font-size:1.35rem}
table,caption,tbody,tr,tbody th,td{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr{border-bottom:1px solid var(--line);padding:.4rem 0}
tbody th{font-weight:600;border:0;padding:0;overflow-wrap:anywhere}
td{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.1rem 0;text-align:right}
td::before{content:attr(data-label);color:var(--quiet);text-align:left}
td ul{list-style:none;padding:0}
.number+td{padding-left:0}
}
@page{size:A4;margin:16mm 14mm}
@media print{
body{font-size:10pt}main{max-width:none;padding:0}details{display:none}
section,figure,tr,.card{break-inside:avoid}h2,h3{break-after:avoid}
.cards{grid-template-columns:repeat(4,1fr)}.card dd{font-size:14pt}.card dd.note{font-size:8pt}}
"""
)
