import CPostgreSQL
import Glibc

/// Where a database is, as libpq takes it: `postgresql://…`, `host=… dbname=…`, or the name of a service. It holds no
/// password: those come from libpq's password file, service file or environment.
package struct StoreAddress: Sendable, Hashable, CustomStringConvertible {
    /// What libpq gets.
    package let connectionString: String

    package var description: String { connectionString }

    /// Why a text is not an address.
    package enum Fault: Error, Sendable, Hashable, CustomStringConvertible {
        case password
        case unreadable

        package var description: String {
            switch self {
            case .password:
                """
                The store's address has a password in it, which everyone on this computer could read in the list of processes.
                Leave it out and put it into ~/.pgpass (or the file that PGPASSFILE names), as a line
                  host:port:database:user:password
                with 'chmod 600', or name a service of ~/.pg_service.conf: --store NAME. If the password was real, change it.
                """
            case .unreadable:
                "The store's address cannot be read. Expected postgresql://user@host:port/database, 'host=… dbname=…' or the "
                    + "name of a service."
            }
        }
    }

    /// - Throws: `Fault`. Neither it nor its description says what the text was, since there may be a password in it.
    package init(_ text: String) throws(Fault) {
        let isURL = text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
        let isService =
            !isURL && !text.contains("=") && !text.isEmpty && !text.contains { $0.isWhitespace || $0 == "/" || $0 == "'" || $0 == "\\" }
        let string = isService ? "service=\(text)" : text
        var said: UnsafeMutablePointer<CChar>?
        guard isURL || text.contains("=") || isService, let options = PQconninfoParse(string, &said) else {
            PQfreemem(said)
            // What cannot be read may still show what it was meant to hold.
            throw Self.looksLikePassword(text) ? .password : .unreadable
        }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val, value.pointee != 0, ["password", "sslpassword"].contains(String(cString: keyword)) {
                throw .password
            }
            option += 1
        }
        connectionString = string
    }

    private static func looksLikePassword(_ text: String) -> Bool {
        if text.lowercased().contains("password") { return true }
        guard let scheme = text.firstRange(of: "://"), let at = text.lastIndex(of: "@"), scheme.upperBound < at else { return false }
        return text[scheme.upperBound..<at].contains(":")
    }
}
