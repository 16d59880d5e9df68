"""Who will buy again, when and for how much: the models, on arrays; imported only where a forecast is asked."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: threads that wait cost twice what sums of vectors do
