extension HTMLReport {
    /// The page. Everything that comes from elsewhere is between two braces and so is escaped; the style, which is ours, and the figure, which
    /// escapes for itself, are between three.
    static let template = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        style-src 'sha256-{{styleFingerprint}}'; base-uri 'none'; form-action 'none'">
        <meta name="referrer" content="no-referrer">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{subject}}: {{summary}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        {{#hasStudents}}<a class="skip" href="#students">Skip to the students</a>{{/hasStudents}}
        <header>
        <h1>{{subject}}</h1>
        <p>{{summary}}. {{counts}}</p>
        <p class="quiet">Judged from <time>{{started}}</time> to <time>{{finished}}</time>.</p>
        {{#cautions}}
        <p class="caution" role="note">{{.}}</p>
        {{/cautions}}
        </header>
        <main>
        {{#hasStudents}}
        <div class="choices">
        {{#hasGroups}}
        <fieldset><legend>Group</legend>
        <label><input type="radio" name="group" id="g0" checked> all</label>
        {{#groups}}
        <label><input type="radio" name="group" id="g{{number}}"> {{name}} <span class="quiet">({{count}})</span></label>
        {{/groups}}
        </fieldset>
        {{/hasGroups}}
        <fieldset><legend>Students</legend>
        <label><input type="checkbox" id="open"> only those who are not done</label>
        </fieldset>
        </div>
        <section aria-labelledby="matrix-title">
        <h2 id="matrix-title">Students and steps</h2>
        <p class="legend">{{#legend}}<span class="item"><span class="mark {{kind}}" aria-hidden="true">{{sign}}</span> {{meaning}}\
        </span> {{/legend}}</p>
        <div class="scroll" role="region" aria-labelledby="matrix-title" tabindex="0">
        <table class="matrix">
        <caption class="unseen">What came of each step for each student. The steps are in the columns, by number.</caption>
        <thead><tr><th scope="col" class="name">student</th>
        {{#steps}}
        <th scope="col" class="step" title="{{name}}: {{title}}"><span aria-hidden="true">{{number}}</span>\
        <span class="unseen">step {{number}}, {{name}}</span></th>
        {{/steps}}
        <th scope="col" class="number">points<br>of {{possible}}</th><th scope="col" class="place">is at</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr class="in-{{group}}{{#isDone}} done{{/isDone}}"><th scope="row" class="name"><a href="#s{{id}}">{{name}}</a>{{#flag}} \
        <span aria-hidden="true">{{flag}}</span><span class="unseen">({{flagMeaning}})</span>{{/flag}}</th>
        {{#cells}}<td class="mark {{kind}}"><span aria-hidden="true">{{sign}}</span><span class="unseen">{{meaning}}</span></td>{{/cells}}
        <td class="number">{{points}}</td><td class="place">{{place}}</td></tr>
        {{/rows}}
        </tbody>
        <tfoot><tr><th scope="row" class="name">passed by</th>
        {{#passedByStep}}<td class="heat h{{share}}">{{count}}<span class="unseen"> {{sentence}}</span></td>{{/passedByStep}}
        <td></td><td></td></tr></tfoot>
        </table>
        </div>
        <details class="names"><summary>What the numbers mean</summary>
        <ol>
        {{#steps}}<li value="{{number}}"><strong>{{name}}</strong> {{title}}</li>{{/steps}}
        </ol></details>
        </section>
        {{/hasStudents}}
        {{#hasWarnings}}
        <section aria-labelledby="warnings-title"><h2 id="warnings-title">To be looked at</h2>
        <ul>{{#warnings}}<li><strong>{{student}}</strong>: {{text}}</li>{{/warnings}}</ul></section>
        {{/hasWarnings}}
        {{#hasCauses}}
        <section aria-labelledby="causes-title"><h2 id="causes-title">{{causesHeading}}</h2>
        <ol class="causes">
        {{#causes}}
        <li><div class="cause"><span class="count">{{count}}</span><span class="bar b{{share}}" aria-hidden="true"></span>
        <div><strong>{{name}}</strong> <span class="quiet">step {{step}}</span><br>{{example}}<br>
        <span class="who">{{#students}}<a class="in-{{group}}" href="#s{{id}}">{{name}}</a> {{/students}}</span></div></div></li>
        {{/causes}}
        </ol></section>
        {{/hasCauses}}
        {{#hasStudents}}
        <section id="students" aria-labelledby="students-title">
        <h2 id="students-title">Student by student</h2>
        {{#students}}
        <details class="student in-{{group}}{{#isDone}} done{{/isDone}}">
        <summary><h3>{{name}}</h3> <span class="quiet">{{#groupName}}{{groupName}}, {{/groupName}}{{state}}</span></summary>
        <div id="s{{id}}" class="inside">
        <p>{{counts}} <span class="quiet">Facts: {{collected}}.</span></p>
        {{#warnings}}<p class="caution" role="note">{{.}}</p>{{/warnings}}
        {{#unreached}}<p><strong>{{machine}}</strong> was not reached: {{said}}</p>{{/unreached}}
        {{#steps}}
        <h4>{{title}}</h4>
        {{#verdicts}}
        <article class="verdict">
        <p><span class="mark {{kind}}" aria-hidden="true">{{sign}}</span> <span class="unseen">{{word}}: </span>{{title}} \
        <span class="quiet">{{subject}}</span></p>
        {{#causes}}
        <p><strong>{{lead}}:</strong> {{because}} <span class="quiet">{{name}}</span></p>
        {{#fixes}}<p class="place">{{lead}}</p><pre tabindex="0"><code>{{run}}</code></pre>{{#lost}}<p>{{.}}\
        </p>{{/lost}}{{/fixes}}{{#withheld}}<p>{{.}}</p>{{/withheld}}
        {{/causes}}
        {{#reasons}}<p>{{.}}</p>{{/reasons}}
        {{#evidence}}
        <div class="scroll"><table class="evidence"><caption>What was seen</caption><thead><tr>{{#columns}}<th scope="col">{{.}}\
        </th>{{/columns}}</tr></thead>
        <tbody>{{#rows}}<tr>{{#cells}}<td>{{.}}</td>{{/cells}}</tr>{{/rows}}</tbody></table></div>
        {{/evidence}}
        {{#changed}}<p class="quiet">Changed since it passed at {{since}}:</p><ul>{{#what}}<li>{{.}}</li>{{/what}}</ul>{{/changed}}
        </article>
        {{/verdicts}}
        {{/steps}}
        {{#waiting}}<p class="quiet">{{waiting}}</p>{{/waiting}}{{#figure}}{{{.}}}{{/figure}}
        </div>
        </details>
        {{/students}}
        </section>
        {{/hasStudents}}
        </main>
        </body>
        </html>

        """
}
