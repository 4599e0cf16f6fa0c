@echo off
setlocal
set "python=py"
where py >nul 2>nul || set "python=python"
if not "%~1"=="" (
  %python% "%~dp0needsim.py" %*
  exit /b
)
rem Opened by a double-click: say what there is and keep the window.
%python% "%~dp0needsim.py" --help
echo.
echo Open a terminal in this folder and type, for example:  needsim run scenarios\lachin_2023.yaml
pause
