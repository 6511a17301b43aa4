"""Start page, catalogue, configurator, embedding, balance."""
