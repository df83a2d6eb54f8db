"""How the peers in Python go through the headline run; the counterpart of ../headline.js."""

import json
import time


def time_run(run, image_count, step, validate):
    """Carries out the iterations of a run and prints what they took.

    step(learning_rate) makes one update, validate() gives the accuracy on the validation images.
    """
    train_seconds = validation_seconds = 0.0
    accuracy = None
    per_epoch = -(-image_count // run["batchSize"])
    started = time.perf_counter()
    for iteration in range(run["iterations"]):
        step(run["learningRate"] * run["decay"] ** (iteration // per_epoch))
        if (iteration + 1) % run["every"] == 0:
            paused = time.perf_counter()
            train_seconds += paused - started
            accuracy = validate()
            started = time.perf_counter()
            validation_seconds += started - paused
    figures = {"trainSeconds": train_seconds, "validationSeconds": validation_seconds}
    print(json.dumps({**figures, "accuracy": accuracy}))
