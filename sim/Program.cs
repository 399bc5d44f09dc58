using G8os.Sim;

return Commands.Run(args, Console.Out);
