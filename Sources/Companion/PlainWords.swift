import Foundation

/// What people type who do not know the commands yet, in several languages, and the command that they mean.
///
/// A word stands here if there is one command that it can mean. What only tells a mood or asks for a direction has none: the answer is
/// then what makes sense next (``Companion/whatNow``).
enum PlainWords {
    static let commands: [String: [String]] = [
        "help": ["?", "hilfe", "ayuda", "aide", "ajuda", "aiuto", "pomoc", "usage", "commands", "manual", "man", "menu"],
        "explain": [
            "why", "reason", "cause", "warum", "wieso", "pourquoi", "porque", "perché", "perche", "dlaczego", "error", "fix", "repair",
        ],
        "next": [
            "continue", "forward", "proceed", "done", "finished", "ready", "weiter", "fertig", "siguiente", "continuar", "listo",
            "suivant", "suite", "fini", "avanti", "seguinte", "dalej",
        ],
        "back": ["previous", "prev", "zurück", "zurueck", "atrás", "atras", "retour", "indietro", "voltar", "wstecz"],
        "quit": ["exit", "bye", "leave", "logout", "close", ":q", ":q!", ":wq", "ende", "salir", "quitter", "esci", "sair", "koniec"],
        "read": ["show", "text", "repeat", "instructions", "view", "cat", "less", "zeigen", "leer", "lire", "czytaj"],
        "check": ["verify", "test", "status", "look", "prüfen", "pruefen", "comprobar", "verificar", "vérifier", "verifier", "sprawdź"],
        "hint": ["tip", "clue", "tipp", "hinweis", "pista", "indice", "dica"],
        "solution": ["answer", "solve", "lösung", "loesung", "solución", "solucion", "réponse"],
        "steps": ["list", "toc", "contents", "outline"],
        "again": ["undo", "reset", "restart", "redo"],
        "giveup": ["surrender", "aufgeben"],
    ]

    private static let meant: [String: String] = Dictionary(
        commands.flatMap { command, words in words.map { ($0, command) } }, uniquingKeysWith: { first, _ in first })

    /// Words that ask for a direction, wherever they stand in a line.
    private static let lost: Set<String> = [
        "stuck", "lost", "what", "now", "confused", "understand", "where", "who", "how", "was", "wie", "jetzt", "nun", "que", "qué",
        "ahora", "quoi", "maintenant", "cosa", "adesso", "start", "begin", "los", "hello", "hi", "please", "por", "bitte", "i", "i'm", "it",
        "lab",
    ]

    /// The name of the command that a line means by its first word, if that is no command's own.
    static func command(for line: String) -> String? {
        let words = Self.words(line)
        guard let first = words.first else { return nil }
        // A question about a failure, rather than for a direction: 'why does it fail', 'what is wrong'.
        if words.contains("wrong") || words.contains("fail") || words.contains("fails") || words.contains("failed") { return "explain" }
        if words.contains("next"), words.contains("what") { return nil }
        return meant[first]
    }

    /// Whether a line asks what to do, as in 'I am stuck'.
    static func asksForDirection(_ line: String) -> Bool {
        words(line).contains { lost.contains($0) }
    }

    private static func words(_ line: String) -> [String] {
        line.lowercased().split(whereSeparator: { $0.isWhitespace || ",.!;\"¿¡".contains($0) || ($0 == "?" && line != "?") }).map(
            String.init)
    }
}
