"""Stop the embedded database of this checkout, whoever uses it."""

from houseful.kernel import embedded
from houseful.kernel.runtime import cluster_directory
from houseful.kernel.settings import load_settings

if __name__ == "__main__":
    embedded.stop(cluster_directory(load_settings()))
