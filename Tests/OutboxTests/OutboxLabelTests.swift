import Testing
import Text

@testable import Outbox

struct OutboxLabelTests {
    @Test(arguments: [
        ("people", "people"), ("mail", "mail"),
        ("webhook:10.0.0.5:8080/8bb042e1", "webhook:8bb042e1"),
        ("webhook:[2001:db8::1]/8bb042e1", "webhook:8bb042e1"),
    ])
    func `a label holds no host`(target: ExactText, label: String) {
        #expect(OutboxMetrics.label(of: target) == label)
    }

    @Test(arguments: [
        "webhook:internal.example", "webhook:a/b\"c", "webhook:", "webhook:x/internal",
    ])
    func `a name of another form is identified by its digest`(target: ExactText) {
        let label = OutboxMetrics.label(of: target)
        #expect(label.utf8.count == 16 && label.hasPrefix("webhook:"))
        #expect(!label.contains("internal"))
    }
}
