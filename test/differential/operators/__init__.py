"""What the generator can make: name of an ONNX operator -> functions that append it, with valid operands, to a graph.

A function picks operands from the graph, and raises Unfit where there are none. Its key is the operator that it is about;
names in lower case are patterns of several operators as exporters write them.
"""
REGISTRY = {}

# Operators that no graph has, and why: there is no second implementation to compare with at these opsets.
LEFT_OUT = {
    "Atan2": "no opset of ONNX has it, and ONNX Runtime no kernel",
    "Upsample": "deprecated since opset 10",
    "com.microsoft::SimplifiedLayerNormalization": "ONNX Runtime has it in the default domain only",
}
WITHOUT_SCHEMA = ("SimplifiedLayerNormalization",)  # ONNX Runtime's, in the default domain: onnx.checker does not know it


def makes(*names):
    """Registers a function for some operators; it gets the graph and the operator's name."""
    def register(function):
        for name in names:
            REGISTRY.setdefault(name, []).append(function)
        return function
    return register
