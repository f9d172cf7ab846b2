extension ReplayPage {
    static let style = """
        :root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--quiet:#57606a;--line:#d0d7de;--link:#0550ae;--soft:#f6f8fa;\
        --passed:#0b4f1c;--failed:#82140a;--unknown:#5c4000;--caution:#ffe9b0}
        @media (prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e6edf3;--quiet:#a3adb8;--line:#3a424c;--link:#7cb7ff;\
        --soft:#1f242b;--passed:#a5e8b5;--failed:#ffc4bd;--unknown:#ffdf8f;--caution:#4d3a08}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:56rem;padding:1rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;\
        overflow-wrap:anywhere}
        h1{font-size:1.3rem;margin:.2rem 0}h2,.moment h1{font-size:1.15rem;margin:.6rem 0}
        a{color:var(--link)}.quiet,.place{color:var(--quiet)}.place{margin:.6rem 0 .2rem}
        pre{background:var(--soft);border:1px solid var(--line);border-radius:.3rem;padding:.5rem .7rem;margin:.2rem 0;\
        overflow-x:auto;font-size:.9rem}
        pre.command{border-left:.25rem solid var(--link)}
        :focus-visible{outline:3px solid var(--link);outline-offset:2px}
        .player{display:none;flex-wrap:wrap;gap:.5rem;align-items:center;position:sticky;top:0;background:var(--page);\
        padding:.5rem 0;border-bottom:1px solid var(--line)}
        .js .player{display:flex}
        button,select{font:inherit;min-height:2.25rem;padding:0 .8rem}
        #place{flex:1 1 10rem}
        .moment{border-top:1px solid var(--line);padding:.5rem 0 1rem}
        .js .moment{display:none;border:0}.js .moment.now{display:block}
        .verdicts{list-style:none;padding:0}.verdicts li{padding:.15rem 0}
        .passed>span:first-child{color:var(--passed)}\
        .failed>span:first-child,strong.failed{color:var(--failed)}.unknown>span:first-child{color:var(--unknown)}
        .caution{background:var(--caution);padding:.3rem .7rem}
        table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid var(--line);padding:.2rem .6rem;text-align:left}
        @media print{.player{display:none!important}.js .moment{display:block!important}}
        """

    static let script = """
        "use strict";
        (function () {
          var moments = Array.from(document.querySelectorAll(".moment"));
          var get = function (id) { return document.getElementById(id); };
          var at = 0, timer = null, speed = 1;
          document.body.classList.add("js");
          function show(index) {
            moments[at].classList.remove("now");
            at = Math.min(Math.max(0, index), moments.length - 1);
            moments[at].classList.add("now");
            get("place").value = at + 1;
            get("count").textContent = (at + 1) + "/" + moments.length;
            var step = moments[at].dataset.step;
            var options = get("step").options;
            for (var i = 0; i < options.length; i++) if (options[i].text.replace(/^[0-9]+ /, "") === step) get("step").selectedIndex = i;
            history.replaceState(null, "", "#e" + (at + 1));
            window.scrollTo(0, 0);
          }
          function stop() { clearTimeout(timer); timer = null; get("auto").setAttribute("aria-pressed", "false"); }
          function wait() {
            if (at + 1 >= moments.length) return stop();
            var gap = Number(moments[at + 1].dataset.at) - Number(moments[at].dataset.at);
            timer = setTimeout(function () { show(at + 1); wait(); }, Math.min(Math.max(gap, 2), 8) * 1000 / speed);
          }
          function auto() { if (timer) return stop(); get("auto").setAttribute("aria-pressed", "true"); wait(); }
          function pace(by) { speed = Math.min(16, Math.max(0.25, speed * by)); get("speed").textContent = speed + "\\u00d7"; }
          function go(index) { stop(); show(index); }
          get("on").onclick = function () { go(at + 1); };
          get("back").onclick = function () { go(at - 1); };
          get("auto").onclick = auto;
          get("faster").onclick = function () { pace(2); };
          get("slower").onclick = function () { pace(0.5); };
          get("place").oninput = function () { go(Number(this.value) - 1); };
          get("step").onchange = function () { go(Number(this.value) - 1); };
          document.addEventListener("keydown", function (event) {
            if (event.ctrlKey || event.metaKey || event.altKey || /^(SELECT|INPUT)$/.test(event.target.tagName)) return;
            var onButton = /^(BUTTON|SUMMARY)$/.test(event.target.tagName);
            switch (event.key) {
              case "ArrowRight": go(at + 1); break;
              case "ArrowLeft": go(at - 1); break;
              case "Enter": if (!onButton) go(at + 1); break;
              case "Home": go(0); break;
              case "End": go(moments.length - 1); break;
              case "a": auto(); break;
              case "+": pace(2); break;
              case "-": pace(0.5); break;
              default: return;
            }
            if (!onButton || event.key !== "Enter") event.preventDefault();
          });
          // The browser goes to the place that the address names only when all is loaded.
          window.addEventListener("load", function () { window.scrollTo(0, 0); });
          var wanted = /^#e([0-9]+)$/.exec(location.hash);
          show(wanted ? Number(wanted[1]) - 1 : 0);
        })();
        """
}
