internal import BoundedJSON
internal import Engine
internal import HTTPTypes
internal import Hummingbird
internal import Merchants

/// `/admin/v1/merchants`.
struct MerchantRoutes<E: Engine>: Sendable {
    let services: ConsoleServices<E>

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("merchants") { request, _ in try list(request) }
        group.get("merchants/:id") { _, context in try show(context.parameters.require("id")) }
        group.put("merchants/:id") { request, context in
            try await put(request, merchantID: context.parameters.require("id"))
        }
        group.delete("merchants/:id") { _, context in try await delete(context.parameters.require("id")) }
    }

    private func list(_ request: Request) throws -> JSONAnswer {
        let count = try request.pageCount()
        let after = request.parameter("after") ?? ""
        let page = services.directory.all().lazy.filter { $0.merchantID > after }.prefix(count + 1)
        let merchants = Array(page)
        return JSONAnswer { writer in
            writer.key("merchants")
            writer.beginArray()
            for merchant in merchants.prefix(count) { merchant.show(into: &writer) }
            writer.endArray()
            writer.key("next")
            if merchants.count > count { writer.string(merchants[count - 1].merchantID) } else { writer.null() }
        }
    }

    private func show(_ merchantID: String) throws -> JSONAnswer {
        guard let merchant = services.directory.merchant(merchantID) else {
            throw ConsoleError.notFound("this merchant is not registered")
        }
        return JSONAnswer(.ok, merchant: merchant)
    }

    private func put(_ request: Request, merchantID: String) async throws -> JSONAnswer {
        let registration = try MerchantRegistration(try await request.json(), merchantID: merchantID)
        let isNew = services.directory.merchant(merchantID) == nil
        return JSONAnswer(isNew ? .created : .ok, merchant: try await services.registry.put(registration))
    }

    private func delete(_ merchantID: String) async throws -> Response {
        guard try await services.registry.delete(merchantID) else {
            throw ConsoleError.notFound("this merchant is not registered")
        }
        return Response(status: .noContent)
    }
}
