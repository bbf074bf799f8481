// An embedding program imports Tillwire and nothing else: the vocabulary below it comes along.
@_exported public import Engine
@_exported public import MessageModel
