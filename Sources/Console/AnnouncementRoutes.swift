internal import BoundedJSON
internal import Hummingbird
internal import Merchants
internal import PaymentNotice

/// `/admin/v1/announcements`: what WeChat Pay announced about merchants, newest first.
struct AnnouncementRoutes: Sendable {
    let desk: any AnnouncementDesk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("announcements") { request, _ in
            let found = await desk.announcements(countMax: try request.pageCount())
            return JSONAnswer { writer in
                writer.key("announcements")
                writer.beginArray()
                for announcement in found { announcement.show(into: &writer) }
                writer.endArray()
            }
        }
    }
}

extension MerchantAnnouncement {
    fileprivate func show(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("number", Int64(clamping: number))
        writer.member("at", RFC3339.utcText(millis: atMillis))
        writer.member("event_type", eventType)
        writer.member("merchant_id", merchantID)
        writer.member("case_id", caseID)
        writer.member("state", state)
        writer.member("text", text)
        writer.member("outcome", outcome.rawValue)
        writer.endObject()
    }
}
