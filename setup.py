"""Packaging: every value comes from settings.ini."""
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent
parser = ConfigParser(delimiters=["="], interpolation=None)
parser.read(here / "settings.ini", encoding="utf-8")
settings = parser["DEFAULT"]
name = settings["lib_name"]

setup(
    name=name,
    version=settings["version"],
    description=settings["description"],
    long_description=(here / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author=settings["author"],
    keywords=settings["keywords"],
    license=settings["license_spdx"],
    packages=find_packages(include=[name, f"{name}.*"]),
    include_package_data=True,
    python_requires=f">={settings['min_python']}",
    install_requires=settings["requirements"].split(),
    extras_require={"notebooks": settings["notebook_requirements"].split(), "tensorboard": ["tensorboard"]},
    entry_points={"console_scripts": settings["console_scripts"].split(), "nbdev": [f"{name}={name}._modidx:d"]},
    zip_safe=False,
)
