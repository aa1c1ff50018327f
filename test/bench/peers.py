"""A peer as a worker process: python peers.py CONFIG, CONFIG a JSON object {peer, model, inputs, outputs, threads}.

It loads the model, runs once, writes the outputs to `outputs` and prints {"ready": true, "version": ..}; then, for each line
"run SECONDS LEAST" on stdin, it prints {"times": [seconds, ..]}. limits.c speaks the same protocol.
"""
import json
import sys
import time

import numpy as np


def onnxruntime_peer(model, feed, threads):
    """(version, output names, a function that runs once): inputs and outputs are bound, so that nothing is copied."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    for name, array in feed.items():
        binding.bind_ortvalue_input(name, onnxruntime.OrtValue.ortvalue_from_numpy(array))
    for output in session.get_outputs():
        binding.bind_output(output.name)

    def run():
        session.run_with_iobinding(binding)
        return binding.get_outputs()
    return onnxruntime.__version__, [o.name for o in session.get_outputs()], run, lambda value: value.numpy()


def openvino_peer(model, feed, threads):
    import openvino
    compiled = openvino.Core().compile_model(model, "CPU", {
        "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1})
    request = compiled.create_infer_request()

    def run():
        return list(request.infer(feed, share_inputs=True, share_outputs=True).values())
    return openvino.__version__.split("-")[0], [next(iter(o.names)) for o in compiled.outputs], run, np.array


PEERS = {"onnxruntime": onnxruntime_peer, "openvino": openvino_peer}


def main():
    config = json.loads(sys.argv[1])
    with np.load(config["inputs"]) as file:
        feed = {name: np.ascontiguousarray(file[name]) for name in file.files}
    version, names, run, array = PEERS[config["peer"]](config["model"], feed, config["threads"])
    np.savez(config["outputs"], **{name: array(value) for name, value in zip(names, run())})
    print(json.dumps({"ready": True, "version": version}), flush=True)
    for line in sys.stdin:
        _, seconds, least = line.split()
        times, end = [], time.perf_counter() + float(seconds)
        run()
        while time.perf_counter() < end or len(times) < int(least):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
        print(json.dumps({"times": times}), flush=True)


if __name__ == "__main__":
    main()
