"""What the generator can make: name of an ONNX operator -> functions that append it, with valid operands, to a graph.

A function picks operands from the graph, and raises Unfit where there are none. Its key is the operator that it is about;
names in lower case are patterns of several operators as exporters write them.
"""
REGISTRY = {}


def makes(*names):
    """Registers a function for some operators; it gets the graph and the operator's name."""
    def register(function):
        for name in names:
            REGISTRY.setdefault(name, []).append(function)
        return function
    return register
