extension HTMLReport {
    /// How many groups can be chosen. The style is the same in every file, so that its fingerprint is known beforehand.
    static let mostGroups = 40

    /// SHA-256 of ``style``, as Content-Security-Policy wants it. `nothing/test_reports.py` shows the right one when the style was changed.
    static let styleFingerprint = "YEGZiYh9LxZI6dcl7dPe11or4ABLoMEBgty/bJVrIS0="

    static let style = rules + choosing + heat

    /// A group is chosen without a script: what is not of the chosen one is hidden.
    private static let choosing =
        (1...mostGroups).map { "body:has(#g\($0):checked) [class*=\"in-\"]:not(.in-\($0)){display:none}" }.joined(separator: "\n") + "\n"

    /// Shares of the class, in tenths and twentieths.
    private static let heat =
        (0...10).map { ".h\($0){background:color-mix(in srgb,var(--passed) \($0 * 10)%,var(--page))}" }.joined(separator: "\n") + "\n"
        + (0...20).map { ".b\($0){width:\(Double($0) * 0.3)rem}" }.joined(separator: "\n") + "\n"

    private static let rules = """
        :root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--quiet:#57606a;--line:#d0d7de;--link:#0550ae;--soft:#f6f8fa;
        --passed:#d3f0da;--passed-ink:#0b4f1c;--failed:#ffd7d3;--failed-ink:#82140a;\
        --unknown:#ffe9b0;--unknown-ink:#5c4000;--blocked:#e7eaee;--blocked-ink:#4b535d}
        @media (prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e6edf3;--quiet:#a3adb8;--line:#3a424c;--link:#7cb7ff;--soft:#1f242b;
        --passed:#173d22;--passed-ink:#a5e8b5;--failed:#56201c;--failed-ink:#ffc4bd;\
        --unknown:#4d3a08;--unknown-ink:#ffdf8f;--blocked:#2a3038;--blocked-ink:#b3bcc6}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:75rem;padding:1rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
        h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.2rem;margin:2rem 0 .6rem}h3{font-size:1rem;display:inline;margin:0}\
        h4{font-size:1rem;margin:1.2rem 0 .4rem}
        p{margin:.4rem 0}a{color:var(--link)}.quiet{color:var(--quiet)}
        :focus-visible{outline:3px solid var(--link);outline-offset:2px}
        .skip{position:absolute;left:-99rem}.skip:focus{position:static}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .caution{border-left:.3rem solid #b7791f;background:var(--unknown);color:var(--unknown-ink);padding:.3rem .7rem}
        .choices{display:flex;flex-wrap:wrap;gap:1rem;margin:1rem 0}
        fieldset{border:1px solid var(--line);border-radius:.4rem;padding:.2rem .8rem .4rem;margin:0;display:flex;flex-wrap:wrap;\
        gap:.2rem 1rem}
        label{display:inline-flex;align-items:center;gap:.4rem;min-height:1.75rem}
        .legend .item{display:inline-block;margin-right:1rem;white-space:nowrap}
        .legend .mark,.verdict .mark{display:inline-block;width:1.5rem;border-radius:.2rem}
        .mark{text-align:center;font-weight:600}
        .passed{background:var(--passed);color:var(--passed-ink)}.failed{background:var(--failed);color:var(--failed-ink)}
        .unknown{background:var(--unknown);color:var(--unknown-ink)}.blocked{background:var(--blocked);color:var(--blocked-ink)}\
        .none{color:var(--quiet)}
        .scroll{overflow-x:auto}
        table{border-collapse:separate;border-spacing:0}
        .matrix{position:relative}
        .matrix th,.matrix td{padding:.15rem .35rem;border-bottom:1px solid var(--line);white-space:nowrap}
        .matrix .mark,.matrix .step,.matrix .heat{min-width:1.9rem;text-align:center;border-left:1px solid var(--line)}
        .matrix thead th{vertical-align:bottom;font-weight:600}
        .matrix .name{position:sticky;left:0;background:var(--page);text-align:left;max-width:14rem;overflow:hidden;\
        text-overflow:ellipsis;font-weight:500;padding-right:.8rem}
        .matrix .number{text-align:right;padding-left:.8rem;font-variant-numeric:tabular-nums}\
        .matrix .place{text-align:left;padding-left:.8rem}
        .matrix tbody tr:hover>*{background-image:linear-gradient(#7772,#7772)}
        .matrix tfoot td,.matrix tfoot th{border-bottom:0;font-variant-numeric:tabular-nums}
        details.names{margin-top:.6rem}summary{cursor:pointer;padding:.3rem 0}
        .causes{list-style:none;padding:0;margin:0}.causes li{border-bottom:1px solid var(--line);padding:.5rem 0}
        .cause{display:grid;grid-template-columns:2.2rem 6rem 1fr;gap:.6rem}.cause>div{min-width:0;overflow-wrap:anywhere}
        .count{text-align:right;font-weight:700;font-variant-numeric:tabular-nums}.bar{height:.9rem;margin-top:.3rem;\
        background:var(--failed);border:1px solid var(--failed-ink);border-radius:.2rem}
        .who a{display:inline-block;margin-right:.5rem}
        .student{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;padding:.1rem .8rem}
        .student[open]{padding-bottom:.8rem}.inside{overflow-wrap:anywhere;scroll-margin-top:4rem}
        .verdict{border-left:.2rem solid var(--line);padding-left:.8rem;margin:.6rem 0}
        pre{background:var(--soft);border:1px solid var(--line);border-radius:.3rem;padding:.5rem .7rem;margin:.2rem 0;\
        overflow-x:auto;font-size:.9rem}
        .evidence caption{text-align:left;color:var(--quiet)}.evidence th,.evidence td{border-bottom:1px solid var(--line);\
        padding:.15rem .6rem .15rem 0;text-align:left;font-size:.9rem}
        body:has(#open:checked) .done{display:none}
        @media (max-width:40rem){body{padding:.6rem}.cause{grid-template-columns:1.8rem 1fr}.bar{display:none}\
        .matrix .name{max-width:7.5rem}}
        @media print{:root{color-scheme:light;--page:#fff;--ink:#000;--quiet:#444;--line:#999;--passed:#fff;--failed:#ddd;\
        --unknown:#eee;--blocked:#fff}
        body{max-width:none;padding:0;font-size:9pt}.choices,.skip,.legend .quiet{display:none}.scroll{overflow:visible}\
        .matrix{font-size:8pt}.matrix .name{position:static}
        details::details-content{content-visibility:visible;height:auto;block-size:auto}
        .student,.verdict,tr{break-inside:avoid}h2,h3,h4{break-after:avoid}a{color:inherit;text-decoration:none}pre{white-space:pre-wrap}}

        """
}
