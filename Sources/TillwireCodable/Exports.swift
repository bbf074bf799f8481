@_exported public import Tillwire
