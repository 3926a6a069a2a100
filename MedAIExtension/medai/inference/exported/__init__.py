"""Networks that come as files which compute: ONNX through onnxruntime, and TorchScript after consent."""
