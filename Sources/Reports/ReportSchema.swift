extension RunReport {
    /// The JSON Schema of the JSON report.
    package static let schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "lab verify --format json",
          "type": "object",
          "additionalProperties": false,
          "required": ["format", "lab", "started", "finished", "complete", "shard", "students", "counts"],
          "properties": {
            "format": {"const": 1},
            "lab": {"type": "string"},
            "class": {"type": ["string", "null"], "description": "the name of the class, if a class was judged"},
            "started": {"type": "string", "format": "date-time"},
            "finished": {"type": "string", "format": "date-time"},
            "complete": {"type": "boolean", "description": "false: stopped before everything was judged"},
            "shard": {"type": ["string", "null"], "pattern": "^[0-9]+/[0-9]+$"},
            "students": {"type": "array", "items": {"$ref": "#/$defs/student"}},
            "counts": {
              "type": "object", "additionalProperties": false,
              "required": ["passed", "failed", "blocked", "unknown"],
              "properties": {
                "passed": {"$ref": "#/$defs/count"}, "failed": {"$ref": "#/$defs/count"},
                "blocked": {"$ref": "#/$defs/count"}, "unknown": {"$ref": "#/$defs/count"}
              }
            }
          },
          "$defs": {
            "count": {"type": "integer", "minimum": 0},
            "name": {"type": ["string", "null"]},
            "student": {
              "type": "object", "additionalProperties": false,
              "required": ["student", "group", "step", "collected", "warnings", "machines", "verdicts"],
              "properties": {
                "student": {"type": "string"},
                "group": {"$ref": "#/$defs/name"},
                "step": {"$ref": "#/$defs/name"},
                "collected": {
                  "type": "object", "additionalProperties": false, "required": ["kind", "at"],
                  "properties": {"kind": {"enum": ["live", "bundle"]}, "at": {"type": "string", "format": "date-time"}}
                },
                "warnings": {"type": "array", "items": {"type": "string"}},
                "machines": {"type": "array", "items": {"$ref": "#/$defs/machine"}},
                "verdicts": {"type": "array", "items": {"$ref": "#/$defs/verdict"}}
              }
            },
            "machine": {
              "type": "object", "additionalProperties": false,
              "required": ["machine", "reached", "seconds", "said"],
              "properties": {
                "machine": {"type": "string"}, "reached": {"type": "boolean"},
                "seconds": {"type": "number", "minimum": 0}, "said": {"$ref": "#/$defs/name"},
                "identity": {
                  "anyOf": [
                    {"type": "null"},
                    {
                      "type": "object", "additionalProperties": {"$ref": "#/$defs/name"}
                    }
                  ]
                }
              }
            },
            "verdict": {
              "type": "object", "additionalProperties": false,
              "required": ["step", "check", "machine", "verdict", "title", "causes", "evidence", "reasons", "blocked_by", "changed"],
              "properties": {
                "step": {"type": "string"}, "check": {"type": "string"}, "machine": {"$ref": "#/$defs/name"},
                "verdict": {"enum": ["passed", "failed", "blocked", "unknown"]},
                "title": {"type": "string"},
                "causes": {"type": "array", "items": {"$ref": "#/$defs/cause"}},
                "reasons": {"type": "array", "items": {"$ref": "#/$defs/reason"}},
                "evidence": {
                  "anyOf": [
                    {"type": "null"},
                    {
                      "type": "object", "required": ["columns", "rows"], "additionalProperties": false,
                      "properties": {
                        "columns": {"type": "array", "items": {"type": "string"}},
                        "rows": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}
                      }
                    }
                  ]
                },
                "changed": {
                  "anyOf": [
                    {"type": "null"},
                    {
                      "type": "object", "required": ["since", "what"], "additionalProperties": false,
                      "properties": {"since": {"type": "string"}, "what": {"type": "array", "items": {"type": "string"}}}
                    }
                  ]
                },
                "blocked_by": {
                  "anyOf": [
                    {"type": "null"},
                    {
                      "type": "object", "required": ["check"], "additionalProperties": false,
                      "properties": {"check": {"type": "string"}, "machine": {"$ref": "#/$defs/name"}}
                    }
                  ]
                }
              }
            },
            "cause": {
              "type": "object", "additionalProperties": false,
              "required": ["cause", "certainty", "because", "fix"],
              "properties": {
                "cause": {"type": "string"}, "certainty": {"enum": ["certain", "likely"]},
                "machine": {"$ref": "#/$defs/name"}, "because": {"type": "string"},
                "fix": {
                  "type": "array",
                  "items": {
                    "type": "object", "required": ["at", "run"], "additionalProperties": false,
                    "properties": {"at": {"type": "string"}, "as": {"type": "string"}, "run": {"type": "string"}, \
                    "lost": {"type": "string"}, "decide": {"type": "string"}}
                  }
                },
                "withheld": {"type": "string"}
              }
            },
            "reason": {
              "type": "object", "additionalProperties": false,
              "required": ["machine", "fact", "reason"],
              "properties": {"machine": {"type": "string"}, "fact": {"type": "string"}, "reason": {"type": "string"}}
            }
          }
        }

        """
}
