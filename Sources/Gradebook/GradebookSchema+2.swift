extension GradebookSchema {
    static let version2 = """
        ALTER TABLE lab.run ADD COLUMN class text;
        COMMENT ON COLUMN lab.run.class IS 'The name of the class; null if it was not a class.';

        """
}
