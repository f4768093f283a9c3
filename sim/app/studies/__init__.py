"""Studies of the app: designed and checked here, computed by a process of their own, kept in one folder of the server.

`Studies` knows the folder; `design` turns a form into a study file; `check` refuses what a shared machine should not do;
`detached` starts and stops the process; `findings` reads what came out. Nothing here knows of a page.
"""

from sim.app.studies.folder import Card, Studies, StudyError, studies

__all__ = ["Card", "Studies", "StudyError", "studies"]
