// swift-tools-version: 6.2
import PackageDescription

// A warning is an error, but only of the compiler that .swift-version names: a newer one may find more, and must still build.
#if compiler(<6.4)
    let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
#else
    let strict: [SwiftSetting] = []
#endif

let settings: [SwiftSetting] =
    strict + [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
    ]

/// Rooms in which unit tests judge thousands of states: optimized in a debug build as well, which is several times as fast.
let busy = ["Course", "DataFiles", "Facts", "Checks"]

/// A module of ours, with the settings all of them share.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    let optimized: [SwiftSetting] = busy.contains(name) ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []
    return .target(name: name, dependencies: dependencies, swiftSettings: settings + optimized)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], beside files: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies, exclude: files, swiftSettings: settings)
}

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// What each room is for, and what it may import, is in docs/architecture.md; Tests/check-rooms compares the two.
let package = Package(
    name: "lab",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(name: "CSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"]), .brew(["libssh"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(name: "CEditline", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
        .systemLibrary(name: "CCommit"),
        .systemLibrary(name: "CExchange"),
        .systemLibrary(
            name: "CMark", pkgConfig: "libcmark-gfm",
            providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"]), .brew(["cmark-gfm"])]),

        room("Racing", []),
        room("Display", []),
        room("DataFiles", ["CCrypto", mustache, yams]),
        room("Database", ["Racing", "CPostgreSQL"]),
        room("Terminal", ["Display", "Racing", "CEditline", "CMark"]),
        room("Course", ["DataFiles"]),
        room("Sandbox", ["DataFiles", subprocess]),
        room("Facts", ["Course", "DataFiles", grdb, sqlite]),
        room("Checks", ["Course", "DataFiles", "Facts"]),
        room("Machines", ["Course", "DataFiles", "Facts", "Racing", "CCrypto", "CSSH"]),
        room("Journal", ["Checks", "Course", "DataFiles", "Facts"]),
        room("Reports", ["Checks", "Course", "DataFiles", "Display", "Facts", mustache]),
        room("Gradebook", ["Checks", "Database", "DataFiles", "Facts", "Reports"]),
        room("Authoring", ["Checks", "Course", "DataFiles", "Facts"]),
        room("Workstation", ["Course", "DataFiles", "Machines", "Sandbox"]),
        room("Walk", ["Checks", "Course", "DataFiles", "Display", "Facts", "Journal", "Machines", subprocess]),
        room("Classroom", ["Checks", "Course", "DataFiles", "Facts", "Machines", "Reports", "Walk"]),
        room("Practice", ["Checks", "Course", "DataFiles", "Display", "Facts", "Reports", "Sandbox", "Walk"]),
        room("Getting", ["Checks", "Course", "DataFiles", "Display", "Facts", "Practice", "CExchange", subprocess]),
        room("Pages", ["Checks", "Course", "DataFiles", "Display", "Facts", "Journal", "Machines", "Terminal", "Walk"]),
        room(
            "Failover",
            ["Course", "Database", "DataFiles", "Display", "Facts", "Machines", "Pages", "Racing", "Terminal", "Walk", subprocess]),
        room(
            "Companion",
            [
                "Checks", "Course", "DataFiles", "Display", "Facts", "Failover", "Journal", "Machines", "Pages", "Practice", "Terminal",
                "Walk", subprocess,
            ]),
        room(
            "Replay",
            ["Checks", "Course", "DataFiles", "Display", "Facts", "Journal", "Pages", "Reports", "Terminal", "Walk"]),
        .executableTarget(
            name: "lab",
            dependencies: [
                "Authoring", "Checks", "Classroom", "Companion", "Course", "Database", "DataFiles", "Display", "Facts", "Failover",
                "Getting", "Gradebook", "Journal",
                "Machines", "Pages", "Practice", "Replay", "Reports", "Sandbox", "Terminal", "Walk", "Workstation", "CCommit", arguments,
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["Checks", "Course", "DataFiles", "Display", "Facts"], path: "Tests/Support",
            swiftSettings: settings),
        tests(of: "Racing"),
        tests(of: "Database"),
        tests(
            of: "lab", ["Checks", "Classroom", "Course", "DataFiles", "Facts", "Machines", "Pages", "Sandbox", "Workstation", arguments],
            beside: ["Snapshots"]),
        tests(of: "DataFiles"),
        tests(of: "Course", ["DataFiles"]),
        tests(of: "Authoring", ["DataFiles", "Course", "Checks"]),
        tests(of: "Facts", ["DataFiles", "Course"]),
        tests(of: "Checks", ["DataFiles", "Course", "Facts"]),
        tests(of: "Machines", ["DataFiles", "Course", "Facts"]),
        tests(of: "Journal", ["DataFiles", "Course", "Checks"]),
        tests(of: "Classroom", ["DataFiles", "Course", "Facts", "Checks", "Machines", "Walk"]),
        tests(of: "Walk", ["DataFiles", "Course", "Facts", "Checks", "Classroom", "Machines"]),
        tests(of: "Display"),
        tests(of: "Sandbox"),
        tests(of: "Workstation", ["Course", "Machines"]),
        tests(of: "Failover", ["Database", "Display"]),
        tests(of: "Gradebook", ["Checks", "Database", "DataFiles", "Reports"]),
        tests(of: "Reports", ["Course", "Facts", "Checks"], beside: ["Snapshots"]),
        tests(of: "Terminal", ["Display"]),
        tests(of: "Practice", ["Checks", "Course", "DataFiles", "Reports", "Sandbox", "Walk"]),
        tests(of: "Getting", ["Course", "DataFiles"]),
        tests(of: "Pages", ["Checks", "Course", "DataFiles", "Display", "Facts", "Walk"]),
        tests(of: "Companion"),
        tests(of: "Replay", ["Checks", "Course", "Display", "Facts", "Journal", "Terminal", "Walk"], beside: ["Snapshots"]),
    ]
)
