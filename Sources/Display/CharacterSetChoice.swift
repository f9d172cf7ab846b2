import Foundation
import Glibc

/// The character set that a person's locale asks for.
package struct CharacterSetChoice {
    /// The name of the locale, as the environment says it.
    package let locale: String

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    }

    package var isUnicode: Bool {
        let name = locale.lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }

    /// Tells the C library, whose character set libedit relies on.
    ///
    /// Over SSH the workstation's `LANG` often names a locale that the machine has never generated. The C library then falls
    /// back to ASCII, and every typed umlaut would be lost: C.UTF-8, which is always there, is what the person meant.
    package func adopt() {
        if setlocale(LC_CTYPE, "") == nil, isUnicode { setlocale(LC_CTYPE, "C.UTF-8") }
    }
}
