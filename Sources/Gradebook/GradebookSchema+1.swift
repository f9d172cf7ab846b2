extension GradebookSchema {
    static let version1 = """
        CREATE SCHEMA IF NOT EXISTS lab;
        COMMENT ON SCHEMA lab IS 'The gradebook of lab: runs of lab verify and their verdicts. Made and migrated by lab.';

        CREATE TABLE lab.migration (
            version integer PRIMARY KEY,
            applied timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE lab.migration IS 'Which versions of this schema have been applied.';

        CREATE TABLE lab.run (
            run uuid PRIMARY KEY,
            lab text NOT NULL,
            started timestamptz NOT NULL,
            finished timestamptz,
            complete boolean NOT NULL DEFAULT false,
            shard text
        );
        COMMENT ON TABLE lab.run IS 'One run of lab verify.';
        COMMENT ON COLUMN lab.run.complete IS 'False until everything was judged and is here; it stays false when the run was \
        stopped or killed.';
        COMMENT ON COLUMN lab.run.shard IS 'Which part of a class, such as 2/5; null for all of it.';
        CREATE INDEX run_started ON lab.run (lab, started DESC);

        CREATE TABLE lab.step (
            run uuid NOT NULL REFERENCES lab.run ON DELETE CASCADE,
            position integer NOT NULL,
            step text NOT NULL,
            title text NOT NULL,
            points double precision NOT NULL,
            weights jsonb NOT NULL,
            PRIMARY KEY (run, step)
        );
        COMMENT ON TABLE lab.step IS 'The steps of the lab as they were in that run, and what they were worth.';
        COMMENT ON COLUMN lab.step.weights IS 'What checks count for beside each other; a check that is not here counts 1.';

        CREATE TABLE lab.student (
            run uuid NOT NULL REFERENCES lab.run ON DELETE CASCADE,
            student text NOT NULL,
            position integer NOT NULL,
            group_name text,
            step text,
            collected text NOT NULL CHECK (collected IN ('live', 'bundle')),
            collected_at timestamptz NOT NULL,
            warnings jsonb NOT NULL,
            PRIMARY KEY (run, student)
        );
        COMMENT ON TABLE lab.student IS 'A student in a run. The row and its verdicts come in one transaction.';
        COMMENT ON COLUMN lab.student.step IS 'The first step with a verdict that is not passed; null when all is done.';
        COMMENT ON COLUMN lab.student.collected IS 'live: seen on the machines. bundle: handed in by the student, and so self-reported.';
        CREATE INDEX student_name ON lab.student (student);

        CREATE TABLE lab.machine (
            run uuid NOT NULL,
            student text NOT NULL,
            position integer NOT NULL,
            machine text NOT NULL,
            reached boolean NOT NULL,
            seconds double precision NOT NULL,
            said text,
            identity jsonb,
            PRIMARY KEY (run, student, machine),
            FOREIGN KEY (run, student) REFERENCES lab.student ON DELETE CASCADE
        );

        COMMENT ON COLUMN lab.machine.identity IS 'What tells that two students have one machine: host key, machine-id, system \
        identifier, key material.';

        CREATE TABLE lab.verdict (
            run uuid NOT NULL,
            student text NOT NULL,
            position integer NOT NULL,
            step text NOT NULL,
            check_name text NOT NULL,
            machine text,
            verdict text NOT NULL CHECK (verdict IN ('passed', 'failed', 'blocked', 'unknown')),
            cause text,
            because text,
            detail jsonb NOT NULL,
            PRIMARY KEY (run, student, position),
            FOREIGN KEY (run, student) REFERENCES lab.student ON DELETE CASCADE
        );
        COMMENT ON COLUMN lab.verdict.machine IS 'Null for a check of the whole cluster.';
        COMMENT ON COLUMN lab.verdict.cause IS 'The first cause that holds; detail has all of them.';
        COMMENT ON COLUMN lab.verdict.detail IS 'The verdict as lab verify --format json writes it.';
        CREATE INDEX verdict_cause ON lab.verdict (cause) WHERE cause IS NOT NULL;

        CREATE VIEW lab.step_result AS
        WITH by_check AS (
            SELECT run, student, step, check_name,
                count(*) FILTER (WHERE verdict = 'passed') AS passed, count(*) FILTER (WHERE verdict = 'failed') AS failed,
                count(*) FILTER (WHERE verdict = 'blocked') AS blocked, count(*) FILTER (WHERE verdict = 'unknown') AS unknown,
                avg((verdict = 'passed')::int::double precision) AS share
            FROM lab.verdict GROUP BY run, student, step, check_name
        ), by_step AS (
            SELECT c.run, c.student, c.step, sum(c.passed) AS passed, sum(c.failed) AS failed, sum(c.blocked) AS blocked,
                sum(c.unknown) AS unknown, sum(w.weight * c.share) AS weighted, sum(w.weight) AS weight
            FROM by_check c LEFT JOIN lab.step s USING (run, step)
                CROSS JOIN LATERAL (SELECT coalesce((s.weights ->> c.check_name)::double precision, 1) AS weight) w
            GROUP BY c.run, c.student, c.step
        )
        SELECT run, student, step, position, passed, failed, blocked, unknown, points,
            CASE WHEN weight > 0 THEN points * weighted / weight ELSE 0 END AS earned
        FROM by_step JOIN lab.step USING (run, step);
        COMMENT ON VIEW lab.step_result IS 'What came of each step for each student in each run, and the points.';

        CREATE VIEW lab.newest AS
        SELECT DISTINCT ON (r.lab, s.student) r.lab, s.*
        FROM lab.student s JOIN lab.run r USING (run)
        ORDER BY r.lab, s.student, s.collected_at DESC, r.started DESC, s.run;
        COMMENT ON VIEW lab.newest IS 'Each student as seen last, in whatever run.';

        CREATE VIEW lab.progress AS
        WITH worth AS (
            SELECT s.run, sum(s.points) AS possible FROM lab.step s
            WHERE EXISTS (SELECT 1 FROM lab.verdict v WHERE v.run = s.run AND v.step = s.step) GROUP BY s.run
        ), sums AS (
            SELECT run, student, sum(passed) AS passed, sum(failed) AS failed, sum(blocked) AS blocked, sum(unknown) AS unknown, \
            sum(earned) AS earned
            FROM lab.step_result GROUP BY run, student
        )
        SELECT n.lab, n.student, n.group_name, n.step, n.step IS NULL AND s.run IS NOT NULL AS done, coalesce(s.passed, 0) AS passed,
            coalesce(s.failed, 0) AS failed, coalesce(s.blocked, 0) AS blocked, coalesce(s.unknown, 0) AS unknown,
            round(coalesce(s.earned, 0)::numeric, 2) AS points, round(coalesce(w.possible, 0)::numeric, 2) AS possible,
            n.collected, n.collected_at, n.warnings, n.run
        FROM lab.newest n LEFT JOIN sums s USING (run, student) LEFT JOIN worth w USING (run);
        COMMENT ON VIEW lab.progress IS 'Where each student is now, by what was seen last.';

        CREATE VIEW lab.time_per_student AS
        WITH passed AS (
            SELECT r.lab, x.student, x.step, min(x.position) AS position, min(s.collected_at) AS passed_at
            FROM lab.step_result x JOIN lab.student s USING (run, student) JOIN lab.run r USING (run)
            WHERE x.failed + x.blocked + x.unknown = 0 GROUP BY r.lab, x.student, x.step
        ), first_seen AS (
            SELECT r.lab, s.student, min(s.collected_at) AS seen FROM lab.student s JOIN lab.run r USING (run) GROUP BY r.lab, s.student
        )
        SELECT lab, student, step, position, passed_at,
            greatest(passed_at - coalesce(max(passed_at) OVER (
                PARTITION BY lab, student ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), seen), interval '0') AS taken
        FROM passed JOIN first_seen USING (lab, student);
        COMMENT ON VIEW lab.time_per_student IS
            'When a step was first seen passed, and how long after the steps before it. It is as fine as the runs are frequent.';

        CREATE VIEW lab.time_per_step AS
        SELECT lab, step, min(position) AS position, count(*) AS students, min(taken) AS shortest,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY taken) AS median, max(taken) AS longest
        FROM lab.time_per_student GROUP BY lab, step;
        COMMENT ON VIEW lab.time_per_step IS 'How long the class takes for each step.';

        CREATE VIEW lab.common_causes AS
        SELECT n.lab, v.cause, min(v.step) AS step, count(DISTINCT n.student) AS students, array_agg(DISTINCT n.student) AS who,
            (array_agg(v.because ORDER BY n.position, v.position))[1] AS example
        FROM lab.newest n JOIN lab.verdict v USING (run, student)
        WHERE v.verdict = 'failed' AND v.cause IS NOT NULL AND v.step = n.step GROUP BY n.lab, v.cause;
        COMMENT ON VIEW lab.common_causes IS 'What holds the class back now, at the step where each student is.';

        """
}
