// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]

/// A module of ours, with the settings all of them share.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], beside files: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, exclude: files, swiftSettings: settings)
}

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// The arrows between the rooms, and what each room is for: docs/architecture.md.
let package = Package(
    name: "lab",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"]), .brew(["libssh"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(name: "CEditline", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
        .systemLibrary(
            name: "CMark", pkgConfig: "libcmark-gfm",
            providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"]), .brew(["cmark-gfm"])]),

        room("Racing", []),
        room("DataFiles", [yams, mustache]),
        room("Course", ["DataFiles"]),
        room("Facts", ["DataFiles", "Course", grdb, sqlite]),
        room("Checks", ["DataFiles", "Course", "Facts"]),
        room("Machines", ["DataFiles", "Course", "Facts", "Racing", "CSSH"]),
        room("Journal", ["DataFiles", "Course", "Facts", "Checks"]),
        room("Sandbox", ["DataFiles", subprocess]),
        room("Walk", ["DataFiles", "Course", "Facts", "Checks", "Display", "Machines", "Journal", subprocess]),
        room("Workstation", ["Course", "DataFiles", "Machines", "Sandbox"]),
        room("Display", []),
        room("Database", ["Racing", "CPostgreSQL"]),
        room("Gradebook", ["Checks", "Database", "DataFiles", "Facts", "Reports"]),
        room("Reports", ["DataFiles", "Course", "Facts", "Checks", "Display", mustache]),
        room("Terminal", ["Display", "Racing", "CEditline", "CMark"]),
        room("Classroom", ["DataFiles", "Course", "Facts", "Checks", "Machines", "Walk"]),
        room("Practice", ["DataFiles", "Course", "Facts", "Checks", "Display", "Journal", "Sandbox", "Walk"]),
        room("Pages", ["DataFiles", "Course", "Facts", "Checks", "Display", "Terminal", "Machines", "Walk"]),
        room(
            "Failover",
            ["Course", "Facts", "Machines", "Walk", "Pages", "Database", "Display", "Terminal", "Racing", subprocess]),
        room(
            "Companion",
            ["Terminal", "DataFiles", "Pages", "Practice", "Course", "Database", "Display", "Facts", "Checks", "Machines", "Journal", "Racing", "Walk", "Failover", subprocess]),
        room("Replay", ["Pages", "Terminal", "Course", "DataFiles", "Display", "Facts", "Checks", "Journal", "Reports", "Walk"]),
        .executableTarget(
            name: "lab",
            dependencies: [
                "Classroom", "Companion", "Practice", "Failover", "Pages", "Terminal", "DataFiles", "Course", "Database", "Display", "Facts", "Gradebook", "Checks", "Machines", "Journal", "Replay", "Reports", "Sandbox", "Walk",
                "Workstation", arguments,
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["DataFiles", "Course", "Facts", "Checks"], path: "Tests/Support",
            swiftSettings: settings),
        tests(of: "DataFiles"),
        tests(of: "Course", ["DataFiles"]),
        tests(of: "Facts", ["DataFiles", "Course"]),
        tests(of: "Checks", ["DataFiles", "Course", "Facts"]),
        tests(of: "Machines", ["DataFiles", "Course", "Facts"]),
        tests(of: "Journal", ["DataFiles", "Course", "Checks"]),
        tests(of: "Classroom", ["DataFiles", "Course", "Facts", "Checks", "Machines", "Walk", "TestSupport"]),
        tests(of: "Walk", ["DataFiles", "Course", "Facts", "Checks", "Classroom", "Machines", "TestSupport"]),
        tests(of: "Display"),
        tests(of: "Sandbox"),
        tests(of: "Workstation", ["Course", "Machines"]),
        tests(of: "Failover", ["Database", "Display"]),
        tests(of: "Gradebook", ["Checks", "Database", "DataFiles", "Reports"]),
        tests(of: "Reports", ["Course", "Facts", "Checks"]),
        tests(of: "Terminal", ["Display"]),
        tests(of: "Practice", ["Checks", "Course", "Sandbox", "TestSupport", "Walk"]),
        tests(of: "Pages", ["Course", "Display"]),
        tests(of: "Companion"),
        tests(of: "Replay", ["Checks", "Course", "Display", "Facts", "Journal", "Walk"], beside: ["Snapshots"]),
    ]
)
