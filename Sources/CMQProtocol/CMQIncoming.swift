/// One request at the door both APIs share, told apart and taken apart: an `X-TC-Action` field or a `Version` parameter means API 3.0, anything
/// else API 2.0 (`cmq-protocol.md` §10.3).
public enum CMQIncoming: Sendable {
    /// Which API an answer is written for.
    public enum Dialect: Sendable, Hashable {
        /// API 2.0, and the id its answer echoes.
        case api2(clientRequestID: UInt64)
        /// API 3.0.
        case api3
    }

    /// A request of API 2.0.
    case api2(API2Request)
    /// A request of API 3.0.
    case api3(API3Request)
    /// It cannot be read; answer with the fault in that API's form.
    case refused(CMQFault, Dialect)

    /// Reads a request whose body is complete.
    ///
    /// - Parameters:
    ///   - field: the value of a header field by its name, whatever its case; nil where there is none.
    ///   - query: the target behind the first `?` as it stands on the wire.
    public static func read(
        method: String, field: (String) -> String?, query: String?, body: [UInt8]
    ) -> CMQIncoming {
        if field("X-TC-Action") != nil {
            do throws(CMQFault) {
                return .api3(try API3Request(method: method, field: field, query: query, body: body))
            } catch { return .refused(error, .api3) }
        }
        let form: CMQForm
        do throws(CMQFault) { form = try CMQForm.parse(query: query, body: body) } catch {
            return .refused(error, .api2(clientRequestID: 0))
        }
        guard form.index(of: "Version") == nil else {
            do throws(CMQFault) { return .api3(try API3Request(form: form, method: method)) } catch {
                return .refused(error, .api3)
            }
        }
        do throws(CMQFault) { return .api2(try API2Request(form: form, method: method)) } catch {
            return .refused(error, .api2(clientRequestID: API2Request.clientRequestID(of: form)))
        }
    }
}
