// Ends this process, and all of its group, when the program that started it is gone.
const { connect } = require("node:net");

const end = () => process.kill(0, "SIGKILL");
connect(`${__dirname}/alive`).on("error", end).on("close", end).unref();
