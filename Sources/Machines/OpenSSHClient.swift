import Foundation
import Glibc
import Synchronization

/// OpenSSH's client as the one who knows what its configuration means: asked with `ssh -G`, never read after it.
///
/// An answer costs some milliseconds. If the configuration says nothing that matters here, it is not asked; if it says the
/// same of every host, it is asked once for all.
package final class OpenSSHClient: Sendable {
    /// This computer's configuration: `~/.ssh/config` and the system's.
    package static let ofThisComputer = OpenSSHClient()

    private struct Question: Hashable {
        /// Nil if the answer is the same for every host.
        var host: String?
        var port: Int?
        var user: String?
        /// A path as the configuration has it, whose tokens ssh is to put in; nil for the settings.
        var path: String?
    }
    /// One answer, given once: who asks the same meanwhile waits for it.
    private final class Answer: Sendable {
        private let text = Mutex<Result<String?, ConnectionError>?>(nil)
        let begun = ContinuousClock.now

        func get(_ find: () -> Result<String?, ConnectionError>) -> Result<String?, ConnectionError> {
            text.withLock { text in
                if let text { return text }
                let found = find()
                text = found
                return found
            }
        }
    }
    private struct Memory {
        var survey: ConfigurationSurvey?
        var surveyed = ContinuousClock.now
        var answers: [Question: Answer] = [:]
        /// How often the program was started.
        var starts = 0
    }
    /// A configuration file in place of the usual ones; for tests.
    private let file: String?
    private let program: String
    private let memory = Mutex(Memory())
    /// How long a configuration is taken to be as it was: it may be changed while lab runs.
    private static let freshness = Duration.seconds(2)
    /// How long an answer counts that may change while the files do not.
    private static let patience = Duration.seconds(60)
    private static let most = 8_192

    init(file: String? = nil, program: String = "ssh") {
        self.file = file
        self.program = program
    }

    /// What the client would do for a host.
    /// - Parameters:
    ///   - port: as it is said on the command line, if it is.
    ///   - user: the same.
    /// - Throws: `ConnectionError.configuration` if the client itself refuses its configuration.
    func configuration(host: String, port: Int?, user: String?) throws(ConnectionError) -> ClientConfiguration {
        let survey = survey()
        guard survey.effect != .nothing else { return ClientConfiguration(host: host, port: port, user: user) }
        let question = survey.effect == .same ? Question() : Question(host: host, port: port, user: user)
        guard let printed = try answer(to: question, survey) else { return ClientConfiguration(host: host, port: port, user: user) }
        var configuration = ClientConfiguration(printed, host: host, port: port, user: user)
        if question.host == nil { configuration.hostName = host }
        configuration.file = file
        var expanded: [String: String] = [:]
        for path in configuration.unexpanded {
            var question = question
            question.path = path
            expanded[path] = try answer(to: question, survey)
        }
        configuration.expand(with: expanded)
        return configuration
    }

    /// Whether the configuration may say something else of each host.
    var knowsOfHosts: Bool { survey().effect == .each }

    /// How often the program was asked so far.
    var starts: Int { memory.withLock { $0.starts } }

    /// Asks about many machines side by side, so that each answer is there when it is needed.
    package func learn(_ machines: some Collection<ReachableMachine>) {
        guard machines.count > 1, knowsOfHosts else { return }
        let machines = Array(machines)
        DispatchQueue.concurrentPerform(iterations: machines.count) { index in
            // What is wrong is reported when the machine is to be reached.
            _ = try? machines[index].configured()
        }
    }

    private func survey() -> ConfigurationSurvey {
        memory.withLock { memory in
            if let known = memory.survey, ContinuousClock.now - memory.surveyed < Self.freshness { return known }
            let survey = ConfigurationSurvey(file: file)
            if survey != memory.survey { memory.answers = [:] }
            memory.survey = survey
            memory.surveyed = .now
            return survey
        }
    }

    /// What ssh prints for a question; nil if there is no such program.
    private func answer(to question: Question, _ survey: ConfigurationSurvey) throws(ConnectionError) -> String? {
        let answer = memory.withLock { memory in
            if let known = memory.answers[question], !survey.mayChangeUnseen || ContinuousClock.now - known.begun < Self.patience {
                return known
            }
            if memory.answers.count >= Self.most { memory.answers = [:] }
            let answer = Answer()
            memory.answers[question] = answer
            return answer
        }
        return try answer.get { ask(question) }.get()
    }

    private func ask(_ question: Question) -> Result<String?, ConnectionError> {
        memory.withLock { $0.starts += 1 }
        var words = [program, "-G", "-T"]
        if let file { words += ["-F", file] }
        if let port = question.port { words += ["-p", String(port)] }
        if let user = question.user { words += ["-l", user] }
        // Of all options with paths, ssh prints this one as it will use it; the same tokens count in the others.
        if let path = question.path {
            words += ["-o", "UserKnownHostsFile=\"\(path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""]
        }
        guard let output = ShortProgram.run(words + ["--", question.host ?? "any-host"], seconds: 10) else { return .success(nil) }
        guard output.status == 0 else {
            return .failure(
                .configuration(
                    said: output.complained.split(whereSeparator: \.isNewline).first.map(String.init)
                        ?? "ssh -G ended with status \(output.status)"))
        }
        guard question.path != nil else { return .success(ClientConfiguration.linesOfUse(output.printed)) }
        let key = "userknownhostsfile "
        return .success(output.printed.split(separator: "\n").first { $0.hasPrefix(key) }.map { String($0.dropFirst(key.count)) })
    }
}

extension OpenSSHClient: Hashable {
    package static func == (one: OpenSSHClient, other: OpenSSHClient) -> Bool { one === other }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Whether OpenSSH's configuration says anything that matters for reaching a machine. This does not read all of it: what is
/// not plainly harmless counts.
struct ConfigurationSurvey: Sendable, Hashable {
    enum Effect: Sendable, Hashable {
        case nothing
        /// Something, and the same for every host.
        case same
        /// Perhaps something else for each.
        case each
    }
    private(set) var effect = Effect.nothing
    /// Whether what ssh answers may change while the files that were read do not: commands are run for it, names are looked
    /// up, or not all files were found.
    private(set) var mayChangeUnseen = false
    /// The files as they are, so that a change is seen.
    private var texts: [String] = []

    /// - Parameter file: in place of the user's and the system's.
    init(file: String?) {
        if let file {
            look(at: file, folder: "\(ClientConfiguration.home)/.ssh", depth: 0)
        } else {
            look(at: "\(ClientConfiguration.home)/.ssh/config", folder: "\(ClientConfiguration.home)/.ssh", depth: 0)
            look(at: "/etc/ssh/ssh_config", folder: "/etc/ssh", depth: 0)
        }
    }

    /// What does not change where a connection goes, as whom, with which keys.
    private static let harmless: Set<Substring> = [
        "sendenv", "setenv", "hashknownhosts", "gssapiauthentication", "gssapidelegatecredentials", "forwardagent", "forwardx11",
        "forwardx11trusted", "forwardx11timeout", "serveraliveinterval", "serveralivecountmax", "tcpkeepalive", "compression", "loglevel",
        "visualhostkey", "controlmaster", "controlpersist", "escapechar", "requesttty", "addkeystoagent", "updatehostkeys",
        "permitlocalcommand", "rekeylimit", "ipqos", "localforward", "remoteforward", "dynamicforward", "clearallforwardings",
        "exitonforwardfailure", "nohostauthenticationforlocalhost", "xauthlocation", "fingerprinthash", "verifyhostkeydns",
    ]
    /// What changes it, for every host in the same way.
    private static let common: Set<Substring> = [
        "user", "port", "identityfile", "certificatefile", "identitiesonly", "identityagent", "pubkeyauthentication",
        "passwordauthentication", "kbdinteractiveauthentication", "preferredauthentications", "batchmode", "userknownhostsfile",
        "globalknownhostsfile", "revokedhostkeys", "stricthostkeychecking", "checkhostip", "hostkeyalgorithms", "pubkeyacceptedalgorithms",
        "kexalgorithms", "ciphers", "macs", "requiredrsasize", "connecttimeout", "addressfamily", "bindaddress", "bindinterface",
    ]

    private mutating func look(at path: String, folder: String, depth: Int) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard depth < 16, let data = FileManager.default.contents(atPath: path), data.count < 1 << 20 else { return giveUp() }
        let text = String(decoding: data, as: UTF8.self)
        texts.append(text)
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: { $0.isWhitespace || $0 == "=" })
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            let key = Substring(first.lowercased())
            switch key {
            case _ where Self.harmless.contains(key): break
            case "host" where words.dropFirst().elementsEqual(["*"]): break
            case "match" where words.count == 2 && words[1].lowercased() == "all": break
            case "include":
                for word in words.dropFirst() { include(String(word), folder: folder, depth: depth) }
            case _ where Self.common.contains(key):
                // With a token in it the answer is another for each host.
                if effect == .nothing { effect = .same }
                if line.contains("%") || line.contains("$") { effect = .each }
            default:
                effect = .each
                let said = line.lowercased()
                if said.contains("exec") || said.contains("canonical") { mayChangeUnseen = true }
            }
        }
    }

    /// What was not read may say anything.
    private mutating func giveUp() { (effect, mayChangeUnseen) = (.each, true) }

    private mutating func include(_ pattern: String, folder: String, depth: Int) {
        let isAtHome = pattern.hasPrefix("~/")
        let rest = isAtHome ? String(pattern.dropFirst(2)) : pattern
        guard !rest.contains(where: { "\"'$%\\[{~".contains($0) }) else { return giveUp() }
        let path = isAtHome ? "\(ClientConfiguration.home)/\(rest)" : rest.hasPrefix("/") ? rest : "\(folder)/\(rest)"
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(path, 0, nil, &found) == 0 else { return }
        for index in 0..<Int(found.gl_pathc) {
            if let path = found.gl_pathv[index] { look(at: String(cString: path), folder: folder, depth: depth + 1) }
        }
    }
}
