"""Who will buy again, when and for how much: the models, on arrays; imported only where a forecast is asked."""
