/// A text as one word of a POSIX shell.
package func shellQuoted(_ text: String) -> String {
    let quote = UInt8(ascii: "'")
    var quoted: [UInt8] = [quote]
    quoted.reserveCapacity(text.utf8.count + text.utf8.count / 16 + 2)
    // By bytes: scripts are long, quoted twice, and made for every machine of a class.
    for byte in text.utf8 {
        if byte == quote { quoted += [quote, UInt8(ascii: "\\"), quote, quote] } else { quoted.append(byte) }
    }
    quoted.append(quote)
    return String(decoding: quoted, as: UTF8.self)
}

/// A path or an address as a word of a shell, left bare if it needs no quotes, since students read it.
package func shellWord(_ path: String) -> String {
    let plain = path.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "_", "-", "+", ":", "@": true
        default: false
        }
    }
    return plain ? path : shellQuoted(path)
}

/// A text as a YAML scalar in single quotes.
package func yamlQuoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
