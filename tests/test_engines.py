"""Which engine scores a file: by the flag, the setting, or the size."""

from __future__ import annotations

import subprocess
import sys

import pytest

from net30.kernel.errors import ConfigurationError
from net30.settings import Settings, load
from net30.wiring.parts import SPARK_ROWS_MIN, engine_for

CLUSTER = Settings(spark_master="spark://cluster:7077")


def test_on_one_machine_threads_score_whatever_the_size() -> None:
    choose = engine_for(Settings())
    assert choose(1).name == choose(SPARK_ROWS_MIN * 100).name == "local"


def test_a_cluster_scores_from_a_stated_size_on() -> None:
    pytest.importorskip("pyspark", reason="pyspark is in the extra spark")
    choose = engine_for(CLUSTER)
    assert choose(SPARK_ROWS_MIN - 1).name == "local"
    assert choose(SPARK_ROWS_MIN).name == "spark"


def test_the_flag_goes_before_the_setting() -> None:
    assert engine_for(load({"NET30_ENGINE": "spark"}), "local")(1).name == "local"
    assert engine_for(load({"NET30_ENGINE": "LOCAL"}))(SPARK_ROWS_MIN).name == "local"


def test_the_seeds_name_of_the_master_is_read() -> None:
    assert load({"SPARK_MASTER": "local[2]"}).spark_master == "local[2]"


def test_an_engine_that_there_is_not_is_refused_when_the_settings_are_read() -> None:
    with pytest.raises(ConfigurationError, match="NET30_ENGINE"):
        load({"NET30_ENGINE": "abacus"})


def test_spark_without_its_package_says_exactly_how_to_get_it() -> None:
    script = (
        "import sys; sys.modules['pyspark'] = None\n"
        "from net30.app import engine_for\n"
        "from net30.settings import Settings\n"
        "try:\n    engine_for(Settings(), 'spark')\n"
        "except Exception as error:\n    print(type(error).__name__, error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout == "ConfigurationError pip install 'net30[spark]'\n", done.stderr
