internal import BoundedJSON
internal import MessageModel

/// The schemas of the document, JSON Schema 2020-12.
enum OpenAPISchemas {
    /// The object of all schemas, without the white space it is written with here.
    static let compact: [UInt8] = Array(text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined().utf8)

    /// The schema of a parameter by its name.
    static func parameter(_ name: String) -> [UInt8] {
        let schema =
            switch name {
            case "queue", "topic", "subscription": entityName
            case "message": #"{"type":"string","pattern":"^[0-9]{1,20}$"}"#
            case "limit":
                #"{"type":"integer","minimum":1,"maximum":\#(NativeLimits.pageCountMax),"default":\#(NativeLimits.pageCountDefault)}"#
            case "prefix": #"{"type":"string","description":"Only names that begin so."}"#
            case "after": #"{"type":"string","description":"Only names behind this one: next of the page before."}"#
            case "Idempotency-Key":
                #"{"type":"string","minLength":1,"maxLength":\#(NativeLimits.headerKeyByteCountMax),"description":"Makes the send repeatable for 24 hours."}"#
            default:
                #"{"type":"string","minLength":\#(NativeLimits.nonceByteCounts.lowerBound),"maxLength":\#(NativeLimits.nonceByteCounts.upperBound)}"#
            }
        return Array(schema.utf8)
    }

    private static let entityName = #"{"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]{0,63}$"}"#
    private static let millis = #"{"type":"integer","minimum":0}"#
    private static let maybeMillis = #"{"type":["integer","null"],"minimum":0}"#
    private static let tags =
        #"{"type":"array","maxItems":\#(Limits.tagCountMax),"items":{"type":"string","minLength":1}}"#
    private static let codes = NativeErrorCode.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
    private static let delay = #"{"type":"integer","minimum":0,"maximum":\#(Limits.delayMillisMax)}"#
    private static let visibility = #"{"type":"integer","minimum":1,"maximum":\#(Limits.visibilityMillisMax)}"#
    private static let receipts =
        #"{"type":"array","minItems":1,"maxItems":\#(Limits.batchCountMax),"items":{"type":"string"}}"#
    private static let messageMembers =
        #""body":{"type":"string"},"body_base64":{"type":"string","contentEncoding":"base64"},"key":{"type":"string","minLength":1,"maxLength":\#(NativeLimits.keyByteCountMax)},"tags":\#(tags),"routing_key":{"type":"string"},"headers":{"type":"object","maxProperties":\#(NativeLimits.headerCountMax),"additionalProperties":{"type":"string"}}"#
    private static let oneBody = #""oneOf":[{"required":["body"]},{"required":["body_base64"]}]"#
    private static let nullableLimit = #"{"type":["integer","null"],"minimum":1}"#
    private static let settingsMembers =
        ##""visibility_millis":\##(visibility),"body_bytes_max":{"type":"integer","minimum":1,"maximum":\##(Limits.bodyByteCountMax)},"poll_millis":{"type":"integer","minimum":0,"maximum":\##(Limits.pollMillisMax)},"retention_millis":{"type":["integer","null"],"minimum":\##(Limits.retentionMillisMin),"maximum":\##(Limits.retentionMillisMax)},"rewind_millis":{"type":"integer","minimum":0,"maximum":\##(Limits.retentionMillisMax)},"messages_max":\##(nullableLimit),"bytes_max":\##(nullableLimit),"dead_letter":{"oneOf":[{"type":"null"},{"$ref":"#/components/schemas/DeadLetter"}]},"traced":{"type":"boolean"}"##
    private static let topicMembers =
        #""routing":{"enum":["tags","routing_key"]},"body_bytes_max":{"type":"integer","minimum":1,"maximum":\#(Limits.bodyByteCountMax)},"traced":{"type":"boolean"}"#
    private static let times = #""created_at_millis":\#(millis),"changed_at_millis":\#(millis)"#

    private static let text = #"""
        {"Error":{"type":"object","required":["error"],"additionalProperties":false,"properties":{
        "error":{"type":"object","required":["code","message"],"additionalProperties":false,"properties":{
        "code":{"enum":[\#(codes)]},"message":{"type":"string"}}}}},
        "DeadLetter":{"type":"object","required":["queue"],"additionalProperties":false,"properties":{
        "queue":\#(entityName),"deliveries_max":{"type":["integer","null"],"minimum":1,"maximum":\#(Limits.deliveryCountMax)},
        "age_millis_max":{"type":["integer","null"],"minimum":1}}},
        "QueueSettings":{"type":"object","additionalProperties":false,"properties":{\#(settingsMembers)}},
        "Queue":{"type":"object","additionalProperties":false,
        "required":["name","visibility_millis","body_bytes_max","poll_millis","retention_millis","rewind_millis","messages_max","bytes_max","dead_letter","traced","paused","created_at_millis","changed_at_millis"],
        "properties":{"name":\#(entityName),\#(settingsMembers),"paused":{"type":"boolean"},\#(times),
        "figures":{"$ref":"#/components/schemas/QueueFigures"}}},
        "QueueFigures":{"type":"object","additionalProperties":false,
        "required":["waiting","leased","delayed","rewindable","bytes","enqueued_total","oldest_at_millis","waiting_receives"],
        "properties":{"waiting":\#(millis),"leased":\#(millis),"delayed":\#(millis),"rewindable":\#(millis),"bytes":\#(millis),
        "enqueued_total":\#(millis),"oldest_at_millis":\#(maybeMillis),"waiting_receives":\#(millis)}},
        "QueuePage":{"type":"object","required":["queues","next"],"additionalProperties":false,"properties":{
        "queues":{"type":"array","items":{"$ref":"#/components/schemas/Queue"}},"next":{"type":["string","null"]}}},
        "Removed":{"type":"object","required":["removed"],"additionalProperties":false,"properties":{"removed":\#(millis)}},
        "RewindRequest":{"type":"object","required":["to_millis"],"additionalProperties":false,"properties":{"to_millis":\#(millis)}},
        "Message":{"type":"object","additionalProperties":false,"properties":{\#(messageMembers),"delay_millis":\#(delay)},\#(oneBody)},
        "TopicMessage":{"type":"object","additionalProperties":false,"properties":{\#(messageMembers)},\#(oneBody)},
        "SendResult":{"type":"object","required":["id","duplicate"],"additionalProperties":false,"properties":{
        "id":{"type":"string"},"duplicate":{"type":"boolean"}}},
        "SendLine":{"oneOf":[{"$ref":"#/components/schemas/SendResult"},{"$ref":"#/components/schemas/Error"}]},
        "ReceiveRequest":{"type":"object","additionalProperties":false,"properties":{
        "max":{"type":"integer","minimum":1,"maximum":\#(Limits.batchCountMax),"default":1},
        "wait_millis":{"type":"integer","minimum":0,"maximum":\#(Limits.pollMillisMax)},"visibility_millis":\#(visibility),
        "consumer":{"type":"string","maxLength":\#(Limits.consumerLabelByteCountMax)}}},
        "StreamedReceiveRequest":{"type":"object","additionalProperties":false,"properties":{
        "max":{"type":"integer","minimum":1},
        "wait_millis":{"type":"integer","minimum":0,"maximum":\#(NativeLimits.streamQuietMillisMax)},"visibility_millis":\#(visibility),
        "consumer":{"type":"string","maxLength":\#(Limits.consumerLabelByteCountMax)}}},
        "DeliveryLine":{"oneOf":[{"$ref":"#/components/schemas/ReceivedMessage"},{"$ref":"#/components/schemas/Error"}]},
        "ReceivedMessage":{"type":"object","additionalProperties":false,
        "required":["id","receipt","enqueued_at_millis","first_received_at_millis","hidden_until_millis","delivery_count"],
        "properties":{"id":{"type":"string"},"receipt":{"type":"string"},"body":{"type":"string"},
        "body_base64":{"type":"string","contentEncoding":"base64"},"enqueued_at_millis":\#(millis),"first_received_at_millis":\#(millis),
        "hidden_until_millis":\#(millis),"delivery_count":{"type":"integer","minimum":1},"tags":\#(tags),"routing_key":{"type":"string"},
        "headers":{"type":"object","additionalProperties":{"type":"string"}},
        "origin":{"type":"object","additionalProperties":false,"required":["queue","enqueued_at_millis","delivery_count","reason"],
        "properties":{"queue":{"type":["string","null"]},"enqueued_at_millis":\#(millis),"delivery_count":\#(millis),
        "reason":{"enum":["delivery_count","age","retention"]}}}},\#(oneBody)},
        "ReceivedMessages":{"type":"object","required":["messages"],"additionalProperties":false,"properties":{
        "messages":{"type":"array","maxItems":\#(Limits.batchCountMax),"items":{"$ref":"#/components/schemas/ReceivedMessage"}}}},
        "Receipts":{"type":"object","required":["receipts"],"additionalProperties":false,"properties":{"receipts":\#(receipts)}},
        "ReleaseRequest":{"type":"object","required":["receipts"],"additionalProperties":false,"properties":{
        "receipts":\#(receipts),"delay_millis":\#(delay)}},
        "ExtendRequest":{"type":"object","required":["receipts"],"additionalProperties":false,"properties":{
        "receipts":\#(receipts),"visibility_millis":\#(visibility)}},
        "Receipt":{"type":"object","required":["receipt"],"additionalProperties":false,"properties":{"receipt":{"type":"string"}}},
        "ReleaseLine":{"type":"object","required":["receipt"],"additionalProperties":false,"properties":{
        "receipt":{"type":"string"},"delay_millis":\#(delay)}},
        "ExtendLine":{"type":"object","required":["receipt"],"additionalProperties":false,"properties":{
        "receipt":{"type":"string"},"visibility_millis":\#(visibility)}},
        "SettleResult":{"oneOf":[{"type":"object","required":["done"],"additionalProperties":false,"properties":{"done":{"const":true}}},
        {"$ref":"#/components/schemas/Error"}]},
        "SettleResults":{"type":"object","required":["results"],"additionalProperties":false,"properties":{
        "results":{"type":"array","items":{"$ref":"#/components/schemas/SettleResult"}}}},
        "TopicSettings":{"type":"object","additionalProperties":false,"properties":{\#(topicMembers)}},
        "Topic":{"type":"object","additionalProperties":false,
        "required":["name","routing","body_bytes_max","traced","subscription_count","created_at_millis","changed_at_millis"],
        "properties":{"name":\#(entityName),\#(topicMembers),"subscription_count":\#(millis),\#(times)}},
        "TopicPage":{"type":"object","required":["topics","next"],"additionalProperties":false,"properties":{
        "topics":{"type":"array","items":{"$ref":"#/components/schemas/Topic"}},"next":{"type":["string","null"]}}},
        "SubscriptionSettings":{"type":"object","required":["queue"],"additionalProperties":false,"properties":{
        "queue":\#(entityName),"filter_tags":\#(tags),
        "binding_keys":{"type":"array","maxItems":\#(Limits.bindingKeyCountMax),"items":{"type":"string","minLength":1}}}},
        "Subscription":{"type":"object","additionalProperties":false,
        "required":["name","protocol","filter_tags","binding_keys","created_at_millis","changed_at_millis"],
        "properties":{"name":\#(entityName),"protocol":{"enum":["queue","http"]},"queue":\#(entityName),"filter_tags":\#(tags),
        "binding_keys":{"type":"array","items":{"type":"string"}},\#(times)}},
        "SubscriptionList":{"type":"object","required":["subscriptions"],"additionalProperties":false,"properties":{
        "subscriptions":{"type":"array","items":{"$ref":"#/components/schemas/Subscription"}}}},
        "Trace":{"type":"object","required":["id","events"],"additionalProperties":false,"properties":{"id":{"type":"string"},
        "events":{"type":"array","items":{"type":"object","additionalProperties":false,
        "required":["kind","queue","at_millis","delivery_count","consumer"],"properties":{
        "kind":{"enum":["enqueued","delivered","acknowledged","released","dead_lettered","expired"]},"queue":\#(entityName),
        "at_millis":\#(millis),"delivery_count":\#(millis),"consumer":{"type":"string"}}}}}}}
        """#
}
