import Testing

@testable import Database

@Suite struct StoreAddressTests {
    @Test(arguments: [
        "postgresql://grades.example/course", "postgres://ada@127.0.0.1:5433/course?sslmode=require", "host=/run/postgresql dbname=course",
        "service=grades", "postgresql:///course?host=/run/postgresql",
    ])
    func whatLibpqTakes(text: String) throws {
        #expect(try StoreAddress(text).connectionString == text)
    }

    @Test func aBareWordIsAService() throws { #expect(try StoreAddress("grades").connectionString == "service=grades") }

    @Test(arguments: [
        "postgresql://ada:s3cret@h/d", "postgresql://h/d?password=s3cret", "host=h password=s3cret", "postgresql://ada:s3%cret@h/d",
        "host=h password='s3cret",
        "postgresql://h/d?sslpassword=s3cret", "postgresql://ada:s3cret@h:port:x/d",
    ])
    func aPasswordIsRefusedAndNotRepeated(text: String) throws {
        let fault = try #require(#expect(throws: StoreAddress.Fault.self) { try StoreAddress(text) })
        #expect(fault == .password)
        #expect(!fault.description.contains("s3"))
    }

    @Test(arguments: ["", "mysql://h/d", "postgresql://h/d?no=such", "a b"])
    func whatLibpqDoesNotTake(text: String) {
        #expect(throws: StoreAddress.Fault.unreadable) { try StoreAddress(text) }
    }
}
