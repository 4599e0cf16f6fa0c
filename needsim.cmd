@echo off
if "%~1"=="" (
  py "%~dp0needsim.py" --help
  pause
) else (
  py "%~dp0needsim.py" %*
)
